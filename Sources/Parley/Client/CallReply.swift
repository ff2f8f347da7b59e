public import KernelProtocol

/// The result of a call.
public struct CallReply: Sendable, Equatable {
  /// The value; binary values in it are null.
  public let value: JSONValue
  /// The binary values.
  public let attachments: [Attachment]

  init(_ message: ClientMessage) throws(OutcomeError) {
    value = try message.result()["value"] ?? .null
    attachments = message.attachments
  }
}

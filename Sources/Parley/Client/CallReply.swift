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

  /// The value as a Swift type.
  ///
  /// - Throws: `invalid_reply` with the place, when it is no such value.
  public func decode<Value: Decodable>(_ type: Value.Type) throws(OutcomeError) -> Value {
    try value.decode(type, else: .invalidReply, "The result")
  }
}

public import Broker
public import KernelProtocol

/// One message that passed through the orchestrator, shortened: what a person needs to follow an exchange.
public struct TracedMessage: Sendable {
  /// Which way a message went.
  public enum Direction: Sendable, Equatable {
    /// To the orchestrator.
    case received
    /// From the orchestrator.
    case sent
  }

  /// How many bytes of the content are kept at most.
  public static let contentLimit = 4_096

  public let at: Instant
  public let direction: Direction
  /// The plugin or kernel at the other end; `operator` for the host and commands, `events` for what was published.
  public let peer: String
  public let type: MessageType
  public let id: String
  /// The message that it answers, or the one that opened the frame on whose behalf it was sent.
  public let parentID: String?
  /// The metadata as it was on the wire.
  public let metadata: String
  /// The beginning of the content.
  public let content: String
  /// The bytes of the whole content.
  public let contentBytes: Int
  /// The number of binary values that went along.
  public let bufferCount: Int

  /// A message as it passes.
  init(
    _ envelope: Envelope, _ direction: Direction, _ peer: String, at instant: Instant,
    redactor: Redactor
  ) {
    at = instant
    self.direction = direction
    self.peer = peer
    type = envelope.type
    id = envelope.id
    parentID = envelope.parentID
    metadata = redactor.redact(envelope.metadata.description)
    content = Self.beginning(of: envelope.content, redactor)
    contentBytes = envelope.content.count
    bufferCount = envelope.buffers.count
  }

  /// Cut after it is redacted, so that no half of a secret is left.
  private static func beginning(of content: FrameBytes, _ redactor: Redactor) -> String {
    guard !redactor.isEmpty else {
      return String(decoding: content[0..<contentLimit], as: UTF8.self)
    }
    return String(
      decoding: redactor.redact(content.description).utf8.prefix(contentLimit), as: UTF8.self)
  }
}

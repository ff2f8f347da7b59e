/// Names one frame: the number in the `msg_id` of the message that opened it, and the connection that runs it.
///
/// An event's message opens a frame in every plugin that it reaches, so the number alone does not do. And since a parent
/// is always looked up together with the connection that named it, no kernel can act in the name of another's frame.
public struct FrameKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The counter part of the message's id.
  public let number: UInt64
  /// Who runs the frame.
  public let connection: ConnectionID

  /// The frame that a message opened on a connection.
  public init(number: UInt64, connection: ConnectionID) {
    self.number = number
    self.connection = connection
  }

  public static func < (left: FrameKey, right: FrameKey) -> Bool {
    (left.number, left.connection.number) < (right.number, right.connection.number)
  }

  public var description: String { "frame \(number) on \(connection)" }
}

/// One peer of the broker, as the orchestrator numbers them; never used again after the peer has gone,
/// save by the kernel that takes its place when a plugin is restarted.
public struct ConnectionID: Hashable, Sendable, CustomStringConvertible {
  /// The number.
  public let number: UInt32

  /// The connection of that number.
  public init(_ number: UInt32) { self.number = number }

  public var description: String { "connection \(number)" }
}

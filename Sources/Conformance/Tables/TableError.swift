/// A mistake in the conformance tables: where it is and what it is.
public struct TableError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, or the place in it.
  public let place: String
  public let message: String

  public var description: String { "\(place): \(message)" }
}

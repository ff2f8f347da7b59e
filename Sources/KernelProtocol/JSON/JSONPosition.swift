/// A place in a JSON text, as an editor counts it.
public struct JSONPosition: Sendable, Hashable, CustomStringConvertible {
  /// Counts from 1; a line ends with a line feed.
  public let line: Int
  /// Counts from 1, in Unicode scalars.
  public let column: Int
  /// Counts from 0, in bytes.
  public let offset: Int

  public init(line: Int, column: Int, offset: Int) {
    self.line = line
    self.column = column
    self.offset = offset
  }

  public var description: String { "line \(line), column \(column)" }
}

public import KernelProtocol

/// One demand of a schema that a value does not meet.
public struct SchemaViolation: Sendable, Equatable, CustomStringConvertible {
  /// The value, from the top of the instance.
  public let instance: JSONPointer
  /// The keyword that demands it.
  public let keyword: SchemaLocation
  /// Such as "a number of at least 1".
  public let expected: String
  /// What is there, shortened; only its kind when the schema calls it sensitive.
  public let got: String
  /// For alternatives, what the nearest of them misses.
  public let causes: [SchemaViolation]

  public init(
    instance: JSONPointer, keyword: SchemaLocation, expected: String, got: String,
    causes: [SchemaViolation] = []
  ) {
    self.instance = instance
    self.keyword = keyword
    self.expected = expected
    self.got = got
    self.causes = causes
  }

  /// `/items/0/price: expected a number of at least 0, got -1`
  public var description: String {
    "\(instance.tokens.isEmpty ? "the value" : "\(instance)"): expected \(expected), got \(got)"
  }
}

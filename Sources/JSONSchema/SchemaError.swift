/// Why a schema is not accepted: what is wrong or not supported, and where.
public struct SchemaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The keyword, or the schema when there is no keyword.
  public let location: SchemaLocation
  /// What is wrong and what is right instead, without the place.
  public let reason: String

  public init(_ location: SchemaLocation, _ reason: String) {
    self.location = location
    self.reason = reason
  }

  /// `#/properties/price/minimum: …`
  public var description: String { "\(location): \(reason)" }
}

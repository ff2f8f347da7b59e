public import KernelProtocol

/// What a plugin contributes to an extension point of another.
public struct Contribution: Equatable, Sendable {
  public var point: String
  /// Unique among the contributions to the point.
  public var id: String
  public var priority: Double
  /// The contributor's methods, by their names in the interface.
  public var methods: [String: String]
  /// What the owner wants to know of it.
  public var data: JSONValue

  /// A contribution by its fields.
  public init(
    point: String, id: String, priority: Double = 0, methods: [String: String] = [:],
    data: JSONValue = [:]
  ) {
    self.point = point
    self.id = id
    self.priority = priority
    self.methods = methods
    self.data = data
  }
}

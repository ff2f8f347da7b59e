/// What a plugin lets others contribute to: the methods that a contribution must have, how many there may be, and their
/// order.
public struct ExtensionPoint: Equatable, Sendable {
  /// A method of the interface.
  public struct Method: Equatable, Sendable {
    /// JSON Schema of the parameters; nil accepts any object.
    public var params: DeclaredSchema?
    /// JSON Schema of the result; nil accepts anything.
    public var result: DeclaredSchema?

    /// A method with those schemas.
    public init(params: DeclaredSchema? = nil, result: DeclaredSchema? = nil) {
      self.params = params
      self.result = result
    }
  }

  /// How many contributions there may be.
  public enum Cardinality: String, CaseIterable, Sendable {
    case one
    case many
  }

  /// In which order contributions are listed.
  public enum Order: String, CaseIterable, Sendable {
    /// The highest priority first; of equals by plugin and id.
    case priority
    /// By id, then by plugin.
    case name
  }

  /// The interface, by name.
  public var methods: [String: Method] = [:]
  public var cardinality = Cardinality.many
  public var order = Order.priority

  /// A point with those methods.
  public init(methods: [String: Method] = [:]) { self.methods = methods }
}

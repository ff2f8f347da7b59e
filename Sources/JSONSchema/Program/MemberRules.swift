/// What a node demands of an object's members, gathered so that one pass over them checks it all.
struct MemberRules: Sendable {
  /// A key that is named by `properties`, `required`, `dependentRequired` or `dependentSchemas`.
  struct Name: Sendable {
    let start: Int32
    let length: Int32
    /// From `properties`; nil when it is named elsewhere only.
    var node: Int32?
    var isRequired = false
  }

  /// From `patternProperties`.
  struct PatternMember: Sendable {
    let pattern: Int32
    let node: Int32
  }

  /// When the key `trigger` is there: another one must be too, or a node is asked about the object.
  struct Dependency: Sendable {
    enum Demand: Sendable {
      case name(Int32)
      case node(Int32)
    }

    let trigger: Int32
    let demand: Demand
  }

  /// In the order of the schema, which is most often that of the messages.
  var names = SchemaRange.empty
  /// The same names sorted, as offsets from the first of `names`.
  var sorted = SchemaRange.empty
  var requiredCount = 0
  var patterns = SchemaRange.empty
  var additional: Int32?
  var propertyNames: Int32?
  var dependencies = SchemaRange.empty

  /// Whether each member must be looked at, not only the named ones.
  var asksAboutAll: Bool { additional != nil || propertyNames != nil || !patterns.isEmpty }
}

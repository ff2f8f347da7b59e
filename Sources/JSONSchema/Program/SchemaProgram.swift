/// A compiled schema: flat arrays that refer to each other by number.
struct SchemaProgram: Sendable {
  var nodes: [SchemaNode] = [SchemaNode()]
  var rules: [SchemaRule] = []
  /// Nodes in lists: of `allOf`, `prefixItems` and others.
  var children: [Int32] = []
  var members: [MemberRules] = []
  var names: [MemberRules.Name] = []
  var sortedNames: [Int32] = []
  var patternMembers: [MemberRules.PatternMember] = []
  var dependencies: [MemberRules.Dependency] = []
  /// The characters of all names.
  var characters: [UInt8] = []
  var constants: [(value: SchemaConstant, text: String)] = []
  var choices: [SchemaChoice] = []
  var patterns: [Pattern] = []
  var dynamicReferences: [DynamicReference] = []
  /// For messages, the place of each node.
  var locations: [SchemaLocation] = [SchemaLocation()]

  /// A `$dynamicRef` that may lead elsewhere, depending on the resources it was reached through.
  struct DynamicReference: Sendable {
    /// Where it leads when none of those has the anchor.
    let node: Int32
    /// The node of the anchor in each resource that has it.
    var nodes: [Int32: Int32] = [:]
  }

  func characters(of name: MemberRules.Name) -> Range<Int> {
    Int(name.start)..<Int(name.start + name.length)
  }

  func text(of name: MemberRules.Name) -> String {
    String(decoding: characters[characters(of: name)], as: UTF8.self)
  }
}

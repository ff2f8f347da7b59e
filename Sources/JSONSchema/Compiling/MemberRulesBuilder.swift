/// Gathers the names that a schema mentions into ``MemberRules``.
struct MemberRulesBuilder {
  private var names: [(text: [UInt8], node: Int32?, isRequired: Bool)] = []
  private var places: [[UInt8]: Int] = [:]
  private var dependencies: [MemberRules.Dependency] = []

  var isEmpty: Bool { names.isEmpty }

  private mutating func place(of name: String) -> Int {
    let text = Array(name.utf8)
    if let known = places[text] { return known }
    names.append((text, nil, false))
    places[text] = names.count - 1
    return names.count - 1
  }

  mutating func setNode(_ node: Int32, for name: String) { names[place(of: name)].node = node }

  mutating func require(_ name: String) { names[place(of: name)].isRequired = true }

  mutating func addDependency(on trigger: String, name: String) {
    dependencies.append(
      MemberRules.Dependency(
        trigger: Int32(place(of: trigger)), demand: .name(Int32(place(of: name)))))
  }

  mutating func addDependency(on trigger: String, node: Int32) {
    dependencies.append(
      MemberRules.Dependency(trigger: Int32(place(of: trigger)), demand: .node(node)))
  }

  func build(_ rules: inout MemberRules, in program: inout SchemaProgram) {
    let sorted = names.indices.sorted { ByteOrder.isBefore(names[$0].text, names[$1].text) }
    rules.sorted = SchemaRange(
      program.sortedNames.count..<program.sortedNames.count + names.count)
    program.sortedNames += sorted.map(Int32.init)
    rules.names = SchemaRange(program.names.count..<program.names.count + names.count)
    for name in names {
      program.names.append(
        MemberRules.Name(
          start: Int32(program.characters.count), length: Int32(name.text.count), node: name.node,
          isRequired: name.isRequired))
      program.characters += name.text
    }
    rules.requiredCount = names.count { $0.isRequired }
    rules.dependencies = SchemaRange(
      program.dependencies.count..<program.dependencies.count + dependencies.count)
    program.dependencies += dependencies
  }
}

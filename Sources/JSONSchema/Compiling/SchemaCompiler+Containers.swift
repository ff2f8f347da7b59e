import KernelProtocol

/// What is demanded of arrays and objects.
extension SchemaCompiler {
  func sizes(_ site: SchemaSite) throws(SchemaError) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if let count = try site.count("minItems") { rules.append(.minimumItems(count)) }
    if let count = try site.count("maxItems") { rules.append(.maximumItems(count)) }
    if try site.flag("uniqueItems") { rules.append(.uniqueItems) }
    if let count = try site.count("minProperties") { rules.append(.minimumProperties(count)) }
    if let count = try site.count("maxProperties") { rules.append(.maximumProperties(count)) }
    return rules
  }

  mutating func elements(
    _ site: SchemaSite, _ vocabularies: Vocabularies
  ) throws(SchemaError) -> [SchemaRule] {
    guard vocabularies.contains(.applicator) else { return [] }
    var rules: [SchemaRule] = []
    let prefix = try site.array("prefixItems", of: "schemas")?.indices.map {
      site.place("prefixItems", String($0))
    }
    if let prefix { rules.append(.prefixItems(list(of: prefix))) }
    if site.has("items") {
      guard site.object["items"]?.arrayValue == nil else {
        throw site.mismatch("items", "one schema (an array of schemas is `prefixItems`)")
      }
      let node = node(at: site.place("items"))
      rules.append(.items(node: node, from: Int32(prefix?.count ?? 0)))
    }
    if site.has("contains") {
      let counts = vocabularies.contains(.validation)
      let minimum = counts ? try site.count("minContains") : nil
      let maximum = counts ? try site.count("maxContains") : nil
      let node = node(at: site.place("contains"))
      rules.append(.contains(node: node, minimum: minimum ?? 1, maximum: maximum))
    }
    return rules
  }

  mutating func members(
    _ site: SchemaSite, _ vocabularies: Vocabularies
  ) throws(SchemaError) -> [SchemaRule] {
    var builder = MemberRulesBuilder()
    var patterns: [MemberRules.PatternMember] = []
    var rules = MemberRules()
    if vocabularies.contains(.applicator) {
      for name in try site.map("properties")?.keys ?? [] {
        builder.setNode(node(at: site.place("properties", name)), for: name)
      }
      patterns = try patternMembers(site)
      if site.has("additionalProperties") {
        rules.additional = node(at: site.place("additionalProperties"))
      }
      if site.has("propertyNames") { rules.propertyNames = node(at: site.place("propertyNames")) }
      for name in try site.map("dependentSchemas")?.keys ?? [] {
        let node = node(at: site.place("dependentSchemas", name))
        builder.addDependency(on: name, node: node)
      }
    }
    if vocabularies.contains(.validation) { try addNames(site, to: &builder) }
    program.patternMembers += patterns
    rules.patterns = SchemaRange(
      program.patternMembers.count - patterns.count..<program.patternMembers.count)
    guard !builder.isEmpty || rules.asksAboutAll else { return [] }
    builder.build(&rules, in: &program)
    program.members.append(rules)
    return [.members(Int32(program.members.count - 1))]
  }

  private func addNames(
    _ site: SchemaSite, to builder: inout MemberRulesBuilder
  ) throws(SchemaError) {
    for name in try site.names("required") ?? [] { builder.require(name) }
    for member in try site.map("dependentRequired") ?? [:] {
      guard let elements = member.value.arrayValue else {
        throw site.error(
          "dependentRequired", member.key,
          reason: "expected an array of names, got \(member.value.shortened)")
      }
      for name in try site.names(elements, at: ["dependentRequired", member.key]) {
        builder.addDependency(on: member.key, name: name)
      }
    }
  }

  private mutating func patternMembers(
    _ site: SchemaSite
  ) throws(SchemaError) -> [MemberRules.PatternMember] {
    var members: [MemberRules.PatternMember] = []
    for text in try site.map("patternProperties")?.keys ?? [] {
      let place = site.place("patternProperties", text)
      let pattern = try pattern(text, at: index.location(place))
      members.append(MemberRules.PatternMember(pattern: pattern, node: node(at: place)))
    }
    return members
  }
}

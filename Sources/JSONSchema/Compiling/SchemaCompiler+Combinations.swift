import KernelProtocol

/// What asks other schemas about the same value.
extension SchemaCompiler {
  mutating func combinations(_ site: SchemaSite) throws(SchemaError) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    for keyword in ["allOf", "anyOf", "oneOf"] {
      guard let schemas = try site.array(keyword, of: "schemas") else { continue }
      guard !schemas.isEmpty else { throw site.mismatch(keyword, "at least one schema") }
      let nodes = list(of: schemas.indices.map { site.place(keyword, String($0)) })
      switch keyword {
      case "allOf": rules.append(.allOf(nodes))
      case "anyOf": rules.append(.anyOf(nodes))
      default: rules.append(.oneOf(nodes))
      }
    }
    if site.has("not") { rules.append(.not(node: node(at: site.place("not")))) }
    if site.has("if") {
      let then = site.has("then") ? node(at: site.place("then")) : SchemaNode.anything
      let otherwise = site.has("else") ? node(at: site.place("else")) : SchemaNode.anything
      rules.append(
        .condition(node: node(at: site.place("if")), then: then, otherwise: otherwise))
    }
    return rules
  }

  mutating func unevaluated(_ site: SchemaSite) throws(SchemaError) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if site.has("unevaluatedItems") {
      rules.append(.unevaluatedItems(node: node(at: site.place("unevaluatedItems"))))
    }
    if site.has("unevaluatedProperties") {
      rules.append(.unevaluatedProperties(node: node(at: site.place("unevaluatedProperties"))))
    }
    return rules
  }

  mutating func references(_ site: SchemaSite) throws(SchemaError) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if let reference = try site.text("$ref") {
      let location = site.location.appending(["$ref"])
      let place = try index.resolve(reference, in: site.resource, at: location).place
      rules.append(.reference(node: node(at: place)))
    }
    if let reference = try site.text("$dynamicRef") {
      rules.append(try dynamicReference(reference, site))
    }
    return rules
  }

  /// A `$dynamicRef` is an ordinary one unless it leads to a `$dynamicAnchor`.
  private mutating func dynamicReference(
    _ reference: String, _ site: SchemaSite
  ) throws(SchemaError) -> SchemaRule {
    let location = site.location.appending(["$dynamicRef"])
    let target = try index.resolve(reference, in: site.resource, at: location)
    let node = node(at: target.place)
    let resource = index.resource(of: target.place)
    guard let anchor = target.anchor, index.resources[resource].dynamicAnchors.contains(anchor),
      index.resources[resource].anchors[anchor] == target.place
    else { return .reference(node: node) }
    program.dynamicReferences.append(SchemaProgram.DynamicReference(node: node))
    dynamicAnchors.append(anchor)
    return .dynamicReference(Int32(program.dynamicReferences.count - 1))
  }

  /// When all resources are known: where each `$dynamicRef` leads in each of them.
  mutating func linkDynamicReferences() throws(SchemaError) {
    // Linking may bring schemas that nothing else refers to, and with them more references.
    var linked = 0
    while linked < dynamicAnchors.count {
      let anchor = dynamicAnchors[linked]
      for (number, resource) in index.resources.enumerated()
      where resource.dynamicAnchors.contains(anchor) {
        guard let place = resource.anchors[anchor] else { continue }
        program.dynamicReferences[linked].nodes[Int32(number)] = node(at: place)
      }
      try compilePending()
      linked += 1
    }
  }
}

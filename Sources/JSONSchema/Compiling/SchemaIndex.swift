import KernelProtocol

/// The documents at hand, and what in them has an address or an anchor.
struct SchemaIndex {
  let options: SchemaOptions
  private(set) var documents: [(address: String, value: JSONValue)] = []
  private(set) var resources: [SchemaResource] = []
  var resourceByAddress: [String: Int] = [:]
  var resourceByPlace: [SchemaPlace: Int] = [:]
  private var visited: Set<SchemaPlace> = []
  /// Every schema of the main document, in the order of the document.
  private(set) var schemas: [SchemaPlace] = []

  init(_ document: JSONValue, _ options: SchemaOptions) throws(SchemaError) {
    self.options = options
    try add(document, at: options.address)
  }

  mutating func add(_ value: JSONValue, at address: String) throws(SchemaError) {
    documents.append((documents.isEmpty ? "" : address, value))
    let root = SchemaPlace(document: documents.count - 1, pointer: JSONPointer())
    let vocabularies = try vocabularies(of: value, at: root) ?? .standard
    let resource = try addResource(
      SchemaResource(
        address: URIReference(address).withoutFragment, place: root, vocabularies: vocabularies))
    try scan(from: root, value, in: resource)
    // By its `$id` the document may have made itself another resource, which has the anchors.
    resourceByAddress[resources[resource].address.description] = resourceByPlace[root]
  }

  private mutating func addResource(_ resource: SchemaResource) throws(SchemaError) -> Int {
    resources.append(resource)
    let number = resources.count - 1
    let address = resource.address.description
    if let other = resourceByAddress[address], resources[other].place != resource.place {
      throw SchemaError(
        location(resource.place).appending(["$id"]),
        "`\(address)` is the address of another schema already, \(location(resources[other].place))"
      )
    }
    resourceByAddress[address] = number
    resourceByPlace[resource.place] = number
    return number
  }

  /// Levels of JSON. A text is never so deep, but a tree that was built by a program may be.
  private static let maximumDepth = 512

  /// Finds the addresses and anchors in a schema and all within it.
  mutating func scan(
    from place: SchemaPlace, _ value: JSONValue, in resource: Int
  ) throws(SchemaError) {
    var pending = [(place: place, value: value, resource: resource)]
    while let (place, value, outer) = pending.popLast() {
      guard visited.insert(place).inserted else { continue }
      guard place.pointer.tokens.count <= Self.maximumDepth else {
        throw SchemaError(
          location(place), "schemas are nested more than \(Self.maximumDepth) levels deep")
      }
      if place.document == 0 { schemas.append(place) }
      guard let schema = value.objectValue else { continue }
      let resource = try enter(schema, at: place, in: outer)
      try addAnchors(of: schema, at: place, to: resource)
      for child in Subschemas.of(schema).reversed() {
        pending.append((place.appending(child.tokens), child.value, resource))
      }
    }
  }

  /// The resource of a schema: a new one when it has an `$id`.
  private mutating func enter(
    _ schema: JSONObject, at place: SchemaPlace, in outer: Int
  ) throws(SchemaError) -> Int {
    guard let value = schema["$id"] else { return outer }
    let location = location(place).appending(["$id"])
    guard let text = value.stringValue else {
      throw SchemaError(location, "expected text, got \(value.shortened)")
    }
    let address = URIReference(text).resolved(against: resources[outer].address)
    guard address.fragment ?? "" == "" else {
      throw SchemaError(location, "an `$id` has no fragment; use `$anchor` for \(text)")
    }
    let vocabularies = try vocabularies(of: .object(schema), at: place)
    return try addResource(
      SchemaResource(
        address: address.withoutFragment, place: place,
        vocabularies: vocabularies ?? resources[outer].vocabularies))
  }

  private mutating func addAnchors(
    of schema: JSONObject, at place: SchemaPlace, to resource: Int
  ) throws(SchemaError) {
    for keyword in ["$anchor", "$dynamicAnchor"] {
      guard let value = schema[keyword] else { continue }
      let location = location(place).appending([keyword])
      guard let name = value.stringValue, Self.isAnchor(name) else {
        throw SchemaError(
          location, "expected a name of letters, digits, `-`, `_` and `.`, got \(value.shortened)")
      }
      if let other = resources[resource].anchors[name], other != place {
        throw SchemaError(
          location, "the anchor `\(name)` is \(self.location(other)) already")
      }
      resources[resource].anchors[name] = place
      if keyword == "$dynamicAnchor" { resources[resource].dynamicAnchors.insert(name) }
    }
  }

  private static func isAnchor(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first.isASCII else { return false }
    return (first.properties.isAlphabetic || first == "_")
      && name.unicodeScalars.allSatisfy { scalar in
        ScalarSet.wordCharacters.contains(scalar.value) || scalar == "-" || scalar == "."
      }
  }
}

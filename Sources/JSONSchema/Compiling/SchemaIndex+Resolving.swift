import KernelProtocol

extension SchemaIndex {
  func location(_ place: SchemaPlace) -> SchemaLocation {
    SchemaLocation(document: documents[place.document].address, pointer: place.pointer)
  }

  func value(at place: SchemaPlace) -> JSONValue? {
    documents[place.document].value[place.pointer]
  }

  /// The resource that a place belongs to: the nearest one around it.
  func resource(of place: SchemaPlace) -> Int {
    var pointer: JSONPointer? = place.pointer
    while let current = pointer {
      let candidate = SchemaPlace(document: place.document, pointer: current)
      if let resource = resourceByPlace[candidate] { return resource }
      pointer = current.parent
    }
    return 0
  }

  /// Where a reference leads.
  ///
  /// - Parameter location: the keyword, for the error.
  mutating func resolve(
    _ reference: String, in resource: Int, at location: SchemaLocation
  ) throws(SchemaError) -> (place: SchemaPlace, anchor: String?) {
    let target = URIReference(reference).resolved(against: resources[resource].address)
    let number = try self.resource(at: target.withoutFragment.description, for: location)
    guard let fragment = target.decodedFragment else {
      throw SchemaError(location, "the fragment of `\(reference)` is not UTF-8")
    }
    if fragment.isEmpty { return (resources[number].place, nil) }
    guard fragment.hasPrefix("/") else {
      guard let place = resources[number].anchors[fragment] else {
        let near = NearestNames.best(fragment, among: resources[number].anchors.keys)
        let hint = near.map { "; did you mean `#\($0)`?" } ?? ""
        throw SchemaError(location, "`\(reference)`: there is no anchor `\(fragment)`\(hint)")
      }
      return (place, fragment)
    }
    guard let pointer = JSONPointer(parsing: fragment) else {
      throw SchemaError(location, "`\(reference)` is not a JSON pointer: `~` is written `~0`")
    }
    let place = resources[number].place.appending(pointer.tokens)
    guard let value = value(at: place) else {
      throw SchemaError(location, "`\(reference)` leads nowhere\(hint(for: place))")
    }
    try scan(from: place, value, in: self.resource(of: place))
    return (place, nil)
  }

  /// The names beside the first part of a pointer that is not there.
  private func hint(for place: SchemaPlace) -> String {
    var value = documents[place.document].value
    for token in place.pointer.tokens {
      guard let next = value[JSONPointer([token])] else {
        let near = NearestNames.best(token, among: value.objectValue?.keys ?? [])
        return near.map { ": there is no `\(token)`, did you mean `\($0)`?" }
          ?? ": there is no `\(token)`"
      }
      value = next
    }
    return ""
  }

  private mutating func resource(
    at address: String, for location: SchemaLocation
  ) throws(SchemaError) -> Int {
    if let known = resourceByAddress[address] { return known }
    guard let document = options.documents[address] ?? Metaschemas.documents[address] else {
      throw SchemaError(
        location,
        "`\(address)` is not given: documents are never fetched, pass it along or copy it into `$defs`"
      )
    }
    try add(document, at: address)
    return resourceByAddress[address] ?? 0
  }

  /// What the `$schema` of a resource switches on; nil when it has none.
  func vocabularies(
    of value: JSONValue, at place: SchemaPlace
  ) throws(SchemaError) -> Vocabularies? {
    guard let dialect = value["$schema"] else { return nil }
    let location = location(place).appending(["$schema"])
    guard let name = dialect.stringValue else {
      throw SchemaError(location, "expected the address of a metaschema, got \(dialect.shortened)")
    }
    let address = URIReference(name).withoutFragment.description
    if address == Vocabularies.dialect { return .standard }
    guard let metaschema = options.documents[address] ?? Metaschemas.documents[address] else {
      throw SchemaError(
        location,
        "the draft `\(name)` is not supported: use \(Vocabularies.dialect), or pass the metaschema along"
      )
    }
    guard let vocabulary = metaschema["$vocabulary"]?.objectValue else { return .standard }
    do {
      return try Vocabularies.reading(vocabulary)
    } catch {
      throw SchemaError(
        location, "the vocabulary `\(error.address)`, which `\(name)` requires, is not supported")
    }
  }
}

import KernelProtocol

/// Turns schemas into a ``SchemaProgram``.
///
/// A queue instead of recursion: a schema that refers to itself is a number that is known already,
/// and one that is nested deeply costs no stack.
struct SchemaCompiler {
  let options: SchemaOptions
  var index: SchemaIndex
  var program = SchemaProgram()
  private var nodeByPlace: [SchemaPlace: Int32] = [:]
  private var pending: [SchemaPlace] = []
  /// How many of the pending ones have been compiled.
  private var compiled = 0
  /// The anchor of each of the program's dynamic references.
  var dynamicAnchors: [String] = []
  var patternIndex: [String: Int32] = [:]

  struct Compiled {
    let program: SchemaProgram
    let root: Int32
    let index: SchemaIndex
    /// The nodes by the place of their schema; `true` has none.
    let nodes: [SchemaPlace: Int32]
  }

  static func compile(
    _ document: JSONValue, _ options: SchemaOptions
  ) throws(SchemaError) -> Compiled {
    var compiler = SchemaCompiler(options, try SchemaIndex(document, options))
    let root = compiler.node(at: SchemaPlace(document: 0, pointer: JSONPointer()))
    // Also what nothing refers to: a mistake in it is a mistake.
    for place in compiler.index.schemas { _ = compiler.node(at: place) }
    try compiler.compilePending()
    try compiler.linkDynamicReferences()
    try RecursionCheck.run(compiler.program)
    return Compiled(
      program: compiler.program, root: root, index: compiler.index, nodes: compiler.nodeByPlace)
  }

  private init(_ options: SchemaOptions, _ index: SchemaIndex) {
    self.options = options
    self.index = index
  }

  /// The number of the schema at a place, which is compiled later if it is new.
  mutating func node(at place: SchemaPlace) -> Int32 {
    if let known = nodeByPlace[place] { return known }
    if case .bool(true)? = index.value(at: place) { return SchemaNode.anything }
    let node = Int32(program.nodes.count)
    nodeByPlace[place] = node
    program.nodes.append(SchemaNode())
    program.locations.append(index.location(place))
    pending.append(place)
    return node
  }

  mutating func list(of places: [SchemaPlace]) -> SchemaRange {
    let nodes = places.map { node(at: $0) }
    program.children += nodes
    return SchemaRange(program.children.count - nodes.count..<program.children.count)
  }

  mutating func compilePending() throws(SchemaError) {
    // The outer ones first: a mistake there explains what it does to those within.
    while compiled < pending.count {
      let place = pending[compiled]
      compiled += 1
      guard let node = nodeByPlace[place] else { continue }
      switch index.value(at: place) {
      case .bool(let accepts)?:
        if !accepts { program.nodes[Int(node)].types = [] }
      case .object(let object)?:
        try compile(
          SchemaSite(
            object: object, place: place, location: index.location(place),
            resource: index.resource(of: place), node: node))
      case let other:
        throw SchemaError(
          index.location(place),
          "a schema is an object, true or false, not \(other?.shortened ?? "nothing")")
      }
    }
  }

  private mutating func compile(_ site: SchemaSite) throws(SchemaError) {
    let vocabularies = index.resources[site.resource].vocabularies
    var rules: [SchemaRule] = []
    var types = TypeSet.all
    if vocabularies.contains(.validation) {
      types = try self.types(site)
      rules += try values(site)
      rules += try numbers(site)
      rules += try strings(site)
      rules += try sizes(site)
    }
    if options.assertsFormats || vocabularies.contains(.formatAssertion) {
      rules += try format(site)
    }
    rules += try elements(site, vocabularies)
    rules += try members(site, vocabularies)
    if vocabularies.contains(.applicator) { rules += try combinations(site) }
    rules += try references(site)
    let isTracking = vocabularies.contains(.unevaluated)
    let unevaluated = isTracking ? try self.unevaluated(site) : []
    let start = program.rules.count
    program.rules += rules + unevaluated
    program.nodes[Int(site.node)] = SchemaNode(
      types: types, tracksEvaluated: !unevaluated.isEmpty,
      isSensitive: site.object["x-sensitive"]?.boolValue == true,
      resource: Int32(site.resource), rules: SchemaRange(start..<program.rules.count))
  }
}

import KernelProtocol

/// One value being validated against a program.
///
/// The same walk answers the quick question and explains: without a report the first violation ends
/// it, with one all are noted.
struct SchemaEvaluation {
  let program: SchemaProgram
  let bytes: UnsafeRawBufferPointer
  var tape = JSONTape()
  var evaluated: [UInt32] = []
  var stamps: [UInt32] = []
  var stamp: UInt32 = 0
  var scope: [Int32] = []
  var report: SchemaReport?

  /// Steps taken: one for each schema that looks at a value, and for each part of a value that is
  /// looked at.
  private(set) var steps = 0
  private var allowance = 0
  private var depth = 0
  /// Why the evaluation was given up.
  private(set) var abandonment: Abandonment?

  enum Abandonment {
    case tooManySteps(node: Int32), tooDeep(node: Int32)
  }

  /// Schemas that ask schemas, within one value and its parts. A chain of references must not use
  /// up the stack.
  static let maximumDepth = 1_500

  /// How many steps a value may take.
  ///
  /// Proportional to the schema and to the value. Schemas that ask several others about the same
  /// value, each of which does the same, would take time that grows exponentially.
  static func allowance(nodes: Int, tokens: Int) -> Int { 64 * nodes + 4_096 * (tokens + 1) }

  /// One question: a schema, and the value that it is asked about.
  struct Question {
    let node: Int32
    /// The value's place on the tape.
    let place: Int
    let token: JSONToken
    /// Whether what is looked at is to be remembered.
    let isTracked: Bool
  }

  init(
    _ program: SchemaProgram, _ bytes: UnsafeRawBufferPointer,
    taking workspace: inout SchemaWorkspace
  ) {
    self.program = program
    self.bytes = bytes
    swap(&tape, &workspace.tape)
    swap(&evaluated, &workspace.evaluated)
    swap(&stamps, &workspace.stamps)
    swap(&scope, &workspace.scope)
  }

  mutating func returnStorage(to workspace: inout SchemaWorkspace) {
    swap(&tape, &workspace.tape)
    swap(&evaluated, &workspace.evaluated)
    swap(&stamps, &workspace.stamps)
    swap(&scope, &workspace.scope)
  }

  mutating func read() throws(JSONError) { try tape.read(bytes) }

  /// - Returns: whether the whole value is valid.
  mutating func run(_ root: Int32) -> Bool {
    evaluated.removeAll(keepingCapacity: true)
    stamps.removeAll(keepingCapacity: true)
    scope.removeAll(keepingCapacity: true)
    allowance = Self.allowance(nodes: program.nodes.count, tokens: tape.tokens.count)
    return accepts(root, at: 0, isTracked: false) && abandonment == nil
  }

  /// Whether the schema accepts the value at a place of the tape.
  ///
  /// - Parameter isTracked: whether an `unevaluated…` around asks what was looked at here.
  mutating func accepts(_ node: Int32, at place: Int, isTracked: Bool) -> Bool {
    let schema = program.nodes[Int(node)]
    let token = tape.tokens[place]
    report?.visit(place, isSensitive: schema.isSensitive)
    guard hasType(token, in: schema.types) else {
      return report == nil ? false : failType(schema, node, at: place)
    }
    guard !schema.rules.isEmpty else { return take(1, node) }
    guard take(1, node), enter(node) else { return false }
    depth &+= 1
    let isNewResource = !program.dynamicReferences.isEmpty && scope.last != schema.resource
    if isNewResource { scope.append(schema.resource) }
    let question = Question(
      node: node, place: place, token: token, isTracked: isTracked || schema.tracksEvaluated)
    let floor = evaluated.count
    let isAccepted = check(schema.rules, question, floor: floor)
    if evaluated.count > floor, !isAccepted || !isTracked {
      evaluated.removeLast(evaluated.count &- floor)
    }
    if isNewResource { scope.removeLast() }
    depth &-= 1
    return isAccepted
  }

  private mutating func check(_ rules: SchemaRange, _ question: Question, floor: Int) -> Bool {
    var isAccepted = true
    for index in rules.indices where !check(program.rules[index], question, floor: floor) {
      isAccepted = false
      if report == nil { break }
    }
    return isAccepted
  }

  @inline(__always)
  private func hasType(_ token: JSONToken, in types: TypeSet) -> Bool {
    if types == .all { return true }
    switch token.kind {
    case .null: return types.contains(.null)
    case .false, .true: return types.contains(.boolean)
    case .integer: return types.contains(.integer)
    case .double:
      if types.isSuperset(of: .number) { return true }
      guard !types.isDisjoint(with: .number) else { return false }
      return types.contains(SchemaNumber(token, in: bytes).isWhole ? .integer : .fraction)
    case .string, .key: return types.contains(.string)
    case .array: return types.contains(.array)
    case .object: return types.contains(.object)
    }
  }

  /// Counts steps; false when there have been too many.
  @inline(__always)
  mutating func take(_ count: Int, _ node: Int32) -> Bool {
    steps &+= count
    guard steps > allowance else { return true }
    if abandonment == nil { abandonment = .tooManySteps(node: node) }
    return false
  }

  private mutating func enter(_ node: Int32) -> Bool {
    guard depth >= Self.maximumDepth else { return true }
    if abandonment == nil { abandonment = .tooDeep(node: node) }
    return false
  }

  /// Asks without noting violations: for what may be answered with no.
  mutating func quietly<Result>(_ ask: (inout SchemaEvaluation) -> Result) -> Result {
    let noted = report
    report = nil
    let result = ask(&self)
    report = noted
    return result
  }
}

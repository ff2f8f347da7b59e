import KernelProtocol

extension SchemaEvaluation {
  /// Few elements are compared in pairs; of many only those whose hashes are equal.
  mutating func checkUnique(_ question: Question) -> Bool {
    let count = Int(question.token.extent)
    guard count > 1 else { return true }
    var hashes: [(hash: Int, place: Int)] = []
    hashes.reserveCapacity(count)
    var place = question.place + 1
    while place < Int(question.token.next) {
      guard take(Int(tape.tokens[place].next) - place, question.node) else { return false }
      hashes.append((hash(at: place), place))
      place = Int(tape.tokens[place].next)
    }
    hashes.sort { ($0.hash, $0.place) < ($1.hash, $1.place) }
    for index in hashes.indices.dropFirst() {
      var earlier = index - 1
      while earlier >= 0, hashes[earlier].hash == hashes[index].hash {
        if areEqual(hashes[earlier].place, hashes[index].place, question.node) {
          return fail("uniqueItems", question, at: hashes[index].place) {
            "an element that has not been there before"
          }
        }
        earlier -= 1
      }
    }
    return true
  }

  /// Equal values have equal hashes, however they are written. Seeded anew in each process, so that
  /// nobody can prepare many values with one hash.
  private func hash(at place: Int) -> Int {
    var hasher = Hasher()
    let token = tape.tokens[place]
    switch token.kind {
    case .null, .true, .false: hasher.combine(token.kind)
    case .integer, .double:
      switch SchemaNumber(token, in: bytes) {
      case .integer(let integer): hasher.combine(integer)
      case .double(let double): hasher.combine(double)
      }
    case .string, .key: withCharacters(of: token) { hasher.combine(bytes: $0) }
    case .array:
      var element = place + 1
      while element < Int(token.next) {
        hasher.combine(hash(at: element))
        element = Int(tape.tokens[element].next)
      }
    case .object:
      // The order does not matter, so the sum.
      var sum = 0
      var key = place + 1
      while key < Int(token.next) {
        var member = Hasher()
        member.combine(hash(at: key))
        member.combine(hash(at: key + 1))
        sum &+= member.finalize()
        key = Int(tape.tokens[key + 1].next)
      }
      hasher.combine(sum)
    }
    return hasher.finalize()
  }

  private mutating func areEqual(_ left: Int, _ right: Int, _ node: Int32) -> Bool {
    equals(left, SchemaConstant(tree(at: right)), node)
  }

  private func tree(at place: Int) -> JSONValue {
    let token = tape.tokens[place]
    switch token.kind {
    case .null: return .null
    case .true: return .bool(true)
    case .false: return .bool(false)
    case .integer: return .integer(token.integer(in: bytes))
    case .double: return .double(token.double(in: bytes))
    case .string, .key: return .string(token.string(in: bytes))
    case .array:
      var elements: [JSONValue] = []
      var element = place + 1
      while element < Int(token.next) {
        elements.append(tree(at: element))
        element = Int(tape.tokens[element].next)
      }
      return .array(elements)
    case .object:
      var object = JSONObject()
      var key = place + 1
      while key < Int(token.next) {
        object[tape.tokens[key].string(in: bytes)] = tree(at: key + 1)
        key = Int(tape.tokens[key + 1].next)
      }
      return .object(object)
    }
  }
}

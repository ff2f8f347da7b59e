import KernelProtocol

extension SchemaEvaluation {
  /// Few elements are compared in pairs; of many only those whose hashes are equal.
  mutating func checkUnique(_ question: Question) -> Bool {
    let repeated =
      question.token.extent <= 8 ? repeatedOfFew(question) : repeatedOfMany(question)
    guard let repeated else { return abandonment == nil }
    return fail("uniqueItems", question, at: repeated) {
      "an element that has not been there before"
    }
  }

  /// The place of an element that is equal to one before it.
  private mutating func repeatedOfFew(_ question: Question) -> Int? {
    var place = question.place + 1
    while place < Int(question.token.next) {
      var earlier = question.place + 1
      while earlier < place {
        if areEqual(earlier, place, question.node) { return place }
        earlier = Int(tape.tokens[earlier].next)
      }
      place = Int(tape.tokens[place].next)
    }
    return nil
  }

  private mutating func repeatedOfMany(_ question: Question) -> Int? {
    var hashes: [(hash: Int, place: Int)] = []
    hashes.reserveCapacity(Int(question.token.extent))
    var place = question.place + 1
    while place < Int(question.token.next) {
      guard take(Int(tape.tokens[place].next) - place, question.node) else { return nil }
      hashes.append((hash(at: place), place))
      place = Int(tape.tokens[place].next)
    }
    hashes.sort { ($0.hash, $0.place) < ($1.hash, $1.place) }
    for index in hashes.indices.dropFirst() {
      var earlier = index - 1
      while earlier >= 0, hashes[earlier].hash == hashes[index].hash {
        if areEqual(hashes[earlier].place, hashes[index].place, question.node) {
          return hashes[index].place
        }
        earlier -= 1
      }
    }
    return nil
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
}

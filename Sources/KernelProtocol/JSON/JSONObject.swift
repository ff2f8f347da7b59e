/// A JSON object that keeps the order of its keys.
///
/// Objects of messages are small, and comparing a few keys is quicker than hashing one; from
/// ``indexThreshold`` members on an index is kept, so that a large object (or one made large by a
/// hostile peer) is still built and read in linear time.
public struct JSONObject: Sendable {
  public struct Member: Sendable, Hashable {
    public let key: String
    public var value: JSONValue
  }

  static let indexThreshold = 16

  private var members: [Member] = []
  /// Key → place in `members`; empty below the threshold.
  private var index: [ExactString: Int] = [:]

  public init() {}

  /// Of two members with one key the last wins.
  public init(_ pairs: some Sequence<(String, JSONValue)>) {
    for (key, value) in pairs { self[key] = value }
  }

  /// Reading gives nil for an absent key, `.null` for a null. Writing keeps the place of a known
  /// key and appends a new one; writing nil removes.
  public subscript(key: String) -> JSONValue? {
    get { place(of: key).map { members[$0].value } }
    set {
      guard let newValue else {
        removeValue(forKey: key)
        return
      }
      _ = updateValue(newValue, forKey: key)
    }
  }

  /// - Returns: the value that was there before.
  public mutating func updateValue(_ value: JSONValue, forKey key: String) -> JSONValue? {
    if let place = place(of: key) {
      let old = members[place].value
      members[place].value = value
      return old
    }
    members.append(Member(key: key, value: value))
    if !index.isEmpty {
      index[ExactString(key)] = members.count - 1
    } else if members.count >= Self.indexThreshold {
      rebuildIndex()
    }
    return nil
  }

  @discardableResult
  public mutating func removeValue(forKey key: String) -> JSONValue? {
    guard let place = place(of: key) else { return nil }
    let removed = members.remove(at: place)
    rebuildIndex()
    return removed.value
  }

  public var keys: [String] { members.map(\.key) }

  private func place(of key: String) -> Int? {
    guard index.isEmpty else { return index[ExactString(key)] }
    return members.firstIndex { $0.key.hasSameBytes(as: key) }
  }

  private mutating func rebuildIndex() {
    index.removeAll(keepingCapacity: true)
    guard members.count >= Self.indexThreshold else { return }
    for (place, member) in members.enumerated() { index[ExactString(member.key)] = place }
  }
}

extension JSONObject: RandomAccessCollection {
  public var startIndex: Int { members.startIndex }

  public var endIndex: Int { members.endIndex }

  public subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: Hashable {
  /// Objects are equal by keys and values; the order does not matter.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
  }

  public func hash(into hasher: inout Hasher) {
    var sum = 0
    for member in members {
      var own = Hasher()
      own.combine(ExactString(member.key))
      own.combine(member.value)
      sum &+= own.finalize()
    }
    hasher.combine(sum)
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements)
  }
}

/// Whether a text is an address of IPv6 (RFC 4291 §2.2).
enum IPv6Text {
  static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
    let address = String(decoding: text, as: UTF8.self)
    let halves = parts(of: address)
    guard halves.count <= 2 else { return false }
    var count = 0
    for (number, half) in halves.enumerated() where !half.isEmpty {
      guard let length = groups(in: half, mayEndWithIPv4: number == halves.count - 1) else {
        return false
      }
      count += length
    }
    return halves.count == 2 ? count <= 7 : count == 8
  }

  /// What stands before and after `::`.
  private static func parts(of address: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = Substring(address)
    while let mark = rest.firstRange(of: "::") {
      parts.append(rest[..<mark.lowerBound])
      rest = rest[mark.upperBound...]
    }
    return parts + [rest]
  }

  /// How many groups of 16 bits there are; nil when one is none.
  private static func groups(in half: Substring, mayEndWithIPv4: Bool) -> Int? {
    var groups = half.split(separator: ":", omittingEmptySubsequences: false)
    var count = 0
    if mayEndWithIPv4, let last = groups.last, last.contains(".") {
      var text = String(last)
      guard text.withUTF8({ SchemaFormat.ipv4.matches(UnsafeRawBufferPointer($0)) }) else {
        return nil
      }
      groups.removeLast()
      count = 2
    }
    let areHexadecimal = groups.allSatisfy { group in
      (1...4).contains(group.count) && group.allSatisfy { $0.isASCII && $0.isHexDigit }
    }
    return areHexadecimal ? count + groups.count : nil
  }
}

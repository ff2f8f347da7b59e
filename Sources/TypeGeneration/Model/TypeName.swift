/// Names of types and fields, made from names of events, methods and keys.
enum TypeName {
  /// `order:placed` → `OrderPlaced`; begins with a letter.
  static func of(_ text: String) -> String {
    let name = words(of: text).map { word in
      word.prefix(1).uppercased() + word.dropFirst()
    }.joined()
    return name.first?.isLetter == true ? name : "Type\(name)"
  }

  /// `unit-price` → `unitPrice`, `EUR` → `eur`
  static func camel(_ text: String) -> String {
    let name = of(text)
    if !name.contains(where: \.isLowercase) { return name.lowercased() }
    return name.prefix(1).lowercased() + name.dropFirst()
  }

  /// `OrderPlaced` → `order_placed`
  static func snake(_ text: String) -> String {
    var name = ""
    for character in text {
      if character.isUppercase, let last = name.last, last != "_" { name += "_" }
      name += character.lowercased()
    }
    return name
  }

  /// Whether most languages take it for a name as it is.
  static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    else { return false }
    return text.utf8.allSatisfy { isWordByte($0) }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func words(of text: String) -> [Substring] {
    text.split { character in
      character.utf8.count != 1 || character == "_" || !character.utf8.allSatisfy(isWordByte)
    }
  }
}

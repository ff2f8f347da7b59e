extension JSONError {
  /// Counts the line and column of a fault and writes its sentence.
  init(_ fault: JSONFault, in bytes: UnsafeRawBufferPointer) {
    var counter = JSONPositionCounter(bytes)
    self.init(
      fault.code, position: counter.position(at: fault.offset),
      reason: Self.reason(of: fault, in: bytes))
  }

  private static func reason(of fault: JSONFault, in bytes: UnsafeRawBufferPointer) -> String {
    switch fault.code {
    case .unexpectedEnd: "the text ends where \(fault.expected) was expected"
    case .unexpectedCharacter:
      "expected \(fault.expected), found \(character(at: fault.offset, in: bytes))"
    case .trailingText:
      "nothing may follow the value, found \(character(at: fault.offset, in: bytes))"
    case .badNumber: "a number needs \(fault.expected) here"
    case .badEscape: "a backslash must be followed by one of \"\\/bfnrt or u and four hex digits"
    case .loneSurrogate: "half of a surrogate pair is not a character"
    case .brokenUTF8: "the bytes are not valid UTF-8"
    case .controlCharacter: "a control character in text must be written as an escape such as \\n"
    case .duplicateKey: "the key occurs twice in the same object"
    case .notAnObject: "expected an object"
    case .integerTooLarge: "the integer is beyond 64 bits; send it as text"
    case .numberTooLarge: "the number is beyond the range of a 64-bit float"
    case .tooDeep: "arrays and objects are nested too deeply"
    case .notFinite, .wrongType, .missingKey, .notEncodable: fault.code.rawValue
    }
  }

  /// The scalar at `offset` as a person reads it; a byte that starts none is shown in hex.
  private static func character(at offset: Int, in bytes: UnsafeRawBufferPointer) -> String {
    guard offset < bytes.count else { return "the end" }
    let following = UnsafeRawBufferPointer(rebasing: bytes[offset..<min(offset + 4, bytes.count)])
    guard let scalar = String(decoding: following, as: UTF8.self).unicodeScalars.first,
      scalar != "\u{FFFD}"
    else { return "byte 0x" + String(bytes[offset], radix: 16) }
    guard scalar.properties.generalCategory != .control, scalar != "\u{FEFF}" else {
      return "U+" + String(scalar.value, radix: 16, uppercase: true)
    }
    return "`\(scalar)`"
  }
}

import KernelProtocol
import Testing

@Suite("JSONParser")
struct JSONParserTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let text: String
    let code: JSONError.Code
    let line: Int
    let column: Int

    init(_ text: String, _ code: JSONError.Code, _ line: Int, _ column: Int) {
      self.text = text
      self.code = code
      self.line = line
      self.column = column
    }

    var testDescription: String { text }
  }

  static let refusals = [
    Refusal("", .unexpectedEnd, 1, 1),
    Refusal("{\n  \"a\": 1,\n}", .unexpectedCharacter, 3, 1),
    Refusal("{\"ü😀\": 'x'}", .unexpectedCharacter, 1, 8),
    Refusal("{\"a\" 1}", .unexpectedCharacter, 1, 6),
    Refusal("{a: 1}", .unexpectedCharacter, 1, 2),
    Refusal("[1 2]", .unexpectedCharacter, 1, 4),
    Refusal("[1,]", .unexpectedCharacter, 1, 4),
    Refusal("[1", .unexpectedEnd, 1, 3),
    Refusal("{\"a\":1", .unexpectedEnd, 1, 7),
    Refusal("nul", .unexpectedEnd, 1, 4),
    Refusal("nulL", .unexpectedCharacter, 1, 1),
    Refusal("1 // one", .trailingText, 1, 3),
    Refusal("\u{FEFF}1", .unexpectedCharacter, 1, 1),
    Refusal("-", .badNumber, 1, 2),
    Refusal("1.", .badNumber, 1, 3),
    Refusal(".5", .unexpectedCharacter, 1, 1),
    Refusal("1e", .badNumber, 1, 3),
    Refusal("-01", .badNumber, 1, 2),
    Refusal("+1", .unexpectedCharacter, 1, 1),
    Refusal("9223372036854775808", .integerTooLarge, 1, 1),
    Refusal("-9223372036854775809", .integerTooLarge, 1, 1),
    Refusal("[123456789012345678901234567890]", .integerTooLarge, 1, 2),
    Refusal("1e309", .numberTooLarge, 1, 1),
    Refusal("\"\\x\"", .badEscape, 1, 2),
    Refusal("\"\\u12g4\"", .badEscape, 1, 2),
    Refusal("\"\\u12", .unexpectedEnd, 1, 6),
    Refusal("\"\\ud800x\"", .loneSurrogate, 1, 2),
    Refusal("\"\\ud800\\n\"", .loneSurrogate, 1, 2),
    Refusal("\"\\ud800\\u0041\"", .loneSurrogate, 1, 2),
    Refusal("\"\\udc00\"", .loneSurrogate, 1, 2),
    Refusal("\"a\nb\"", .controlCharacter, 1, 3),
  ]

  @Test("a mistake is named with line and column", arguments: refusals)
  func refuses(_ refusal: Refusal) throws {
    let error = try #require(
      #expect(throws: JSONError.self) { try JSONParser().parse(refusal.text) })
    #expect(error.code == refusal.code)
    let position = try #require(error.position)
    #expect("\(position)" == "line \(refusal.line), column \(refusal.column)")
    #expect(!error.reason.isEmpty)
  }

  @Test(
    "broken UTF-8 is refused wherever it stands",
    arguments: [
      [0xFF], [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82],
    ] as [[UInt8]])
  func brokenUTF8(_ broken: [UInt8]) {
    for padding in ["", "1234567", "12345678", "ü"] {
      let bytes = Array("\"\(padding)".utf8) + broken + Array("\"".utf8)
      let error = #expect(throws: JSONError.self) { try JSONParser().parse(bytes) }
      #expect(error?.code == .brokenUTF8)
      #expect(error?.position?.offset == 1 + padding.utf8.count)
    }
  }

  @Test("the error says what was expected and what is there")
  func sentences() {
    func message(_ text: String) -> String? {
      #expect(throws: JSONError.self) { try JSONParser().parse(text) }?.description
    }
    #expect(
      message("{\"a\": 1,\n}")
        == "line 2, column 1: expected a key after the comma (JSON has no trailing commas), found `}`"
    )
    #expect(message("[1 ü]") == "line 1, column 4: expected `,` or `]`, found `ü`")
    #expect(message("[\u{1}]") == "line 1, column 2: expected a value, found U+1")
    #expect(
      message("{")
        == "line 1, column 2: the text ends where a key in double quotes or `}` was expected")
  }

  @Test("numbers keep their kind, and integers all their digits")
  func numbers() throws {
    let value = try JSONParser().parse("[1, 1.0, -0, 1e2, 9007199254740993, -9223372036854775808]")
    guard case .array(let array) = value else {
      Issue.record("no array")
      return
    }
    #expect(
      array.map(\.kindName) == ["integer", "number", "integer", "number", "integer", "integer"])
    #expect(array[4].intValue == 9_007_199_254_740_993)
    #expect(array[5].intValue == .min)
    #expect(array[3].doubleValue == 100)
  }

  @Test("escapes and plain characters give the same text")
  func escapes() throws {
    let text = #""\u00fc\u4f60\ud83d\ude00\"\\\/\b\f\n\r\t\u0000""#
    #expect(try JSONParser().parse(text) == .string("ü你😀\"\\/\u{8}\u{c}\n\r\t\u{0}"))
  }

  @Test("128 levels are read, 129 are refused, whatever the containers")
  func depth() throws {
    func nested(_ levels: Int) -> String {
      (0..<levels).reduce("0") { inner, level in
        level.isMultiple(of: 2) ? "[\(inner)]" : "{\"a\":\(inner)}"
      }
    }
    #expect(throws: Never.self) { try JSONParser().parse(nested(128)) }
    let error = #expect(throws: JSONError.self) { try JSONParser().parse(nested(129)) }
    #expect(error?.code == .tooDeep)
  }

  @Test("of two equal keys the last wins, or the second is a mistake")
  func duplicateKeys() throws {
    let text = "{\"a\": 1, \"b\": 2, \"a\": 3}"
    let value = try JSONParser().parse(text)
    #expect(value == ["a": 3, "b": 2])
    #expect(value.objectValue?.keys == ["a", "b"])
    let error = #expect(throws: JSONError.self) {
      try JSONParser(duplicateKeys: .refused).parse(text)
    }
    #expect(error?.code == .duplicateKey)
    #expect(error?.position?.column == 18)
  }
}

import KernelProtocol
import Testing

@Suite("JSONScanner and JSONValidator")
struct JSONScannerTests {
  /// The members as a tree, each value parsed on its own; last wins.
  func scan(_ bytes: [UInt8]) throws -> JSONValue {
    try bytes.withUnsafeBytes { raw in
      var object = JSONObject()
      var scanner = JSONScanner(raw)
      while let (key, value) = try scanner.next() {
        object[try #require(key.string)] = try JSONParser().parse(value.bytes)
      }
      return .object(object)
    }
  }

  @Test("scanner, validator and parser agree on random objects", arguments: 0..<200)
  func agreement(seed: UInt64) throws {
    var random = RandomJSON(seed: seed)
    let value = random.object()
    for layout in [JSONWriter.Layout.compact, .pretty] {
      let bytes = try JSONWriter(layout).write(value)
      #expect(try JSONParser().parse(bytes) == value)
      #expect(try scan(bytes) == value)
      #expect(throws: Never.self) { try JSONValidator.validateObject(FrameBytes(bytes)) }
    }
  }

  @Test("all three refuse a spoilt text at the same place for the same reason", arguments: 0..<50)
  func sameRefusals(seed: UInt64) throws {
    var random = RandomJSON(seed: seed)
    let parser = JSONParser(maximumDepth: JSONDepth.content)
    for _ in 0..<40 {
      let bytes = random.mutate(try JSONWriter().write(random.object()))
      let parsed = Result { try parser.parse(bytes) }
      let validated = Result { try bytes.withUnsafeBytes { try JSONValidator.validate($0) } }
      #expect(parsed.error == validated.error)
      let object = (try? parsed.get()).flatMap { $0.objectValue == nil ? nil : $0 }
      #expect((try? scan(bytes)) == object)
      let isObject = (try? JSONValidator.validateObject(FrameBytes(bytes))) != nil
      #expect(isObject == (object != nil))
    }
  }

  @Test("raw slices are decoded by type, and other types give nil")
  func slices() throws {
    let text = #" { "text" : "a\u0062", "int":7 , "whole":3.0,"half":2.5,"yes":true,"none":null} "#
    var found: [String: String] = [:]
    try FrameBytes(text).withUnsafeBytes { raw in
      var scanner = JSONScanner(raw)
      while let (key, value) = try scanner.next() {
        found[try #require(key.string)] =
          "\(value.string ?? "-") \(value.int.map(String.init) ?? "-")"
          + " \(value.double.map(\.description) ?? "-") \(value.bool.map(\.description) ?? "-")"
          + " \(value.isNull)"
      }
    }
    #expect(
      found == [
        "text": "ab - - - false", "int": "- 7 7.0 - false", "whole": "- 3 3.0 - false",
        "half": "- - 2.5 - false", "yes": "- - - true false", "none": "- - - - true",
      ])
  }

  @Test("after the end the scanner stays at the end")
  func staysAtEnd() throws {
    try FrameBytes("{}").withUnsafeBytes { raw in
      var scanner = JSONScanner(raw)
      let first = try scanner.next() == nil
      let second = try scanner.next() == nil
      #expect(first && second)
    }
  }

  @Test("long plain text is walked to the very byte that is wrong", arguments: 0..<40)
  func wordBoundaries(length: Int) throws {
    let text = "{\"a\":\"" + String(repeating: "x", count: length)
    for (tail, code) in [("\u{1f}\"}", JSONError.Code.controlCharacter), ("\\q\"}", .badEscape)] {
      let error = #expect(throws: JSONError.self) {
        try JSONValidator.validateObject(FrameBytes(text + tail))
      }
      #expect(error?.code == code)
      #expect(error?.position?.offset == 6 + length)
    }
    #expect(throws: Never.self) { try JSONValidator.validateObject(FrameBytes(text + "\u{7f}\"}")) }
  }
}

extension Result {
  fileprivate var error: JSONError? {
    if case .failure(let error) = self { error as? JSONError } else { nil }
  }
}

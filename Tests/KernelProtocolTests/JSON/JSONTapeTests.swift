import KernelProtocol
import Testing

@Suite("The tape of a JSON text")
struct JSONTapeTests {
  func tape(_ text: String) throws -> JSONTape {
    var tape = JSONTape()
    try FrameBytes(text).withUnsafeBytes { (bytes) throws(JSONError) in try tape.read(bytes) }
    return tape
  }

  @Test("lists each value with its place, its size and the place after it")
  func tokens() throws {
    let tape = try tape(#" {"a": [1, {}, "x"], "b": null} "#)
    #expect(
      tape.tokens.map(\.kind) == [
        .object, .key, .array, .integer, .object, .string, .key, .null,
      ])
    #expect(tape.tokens.map(\.next) == [8, 2, 6, 4, 5, 6, 7, 8])
    #expect(tape.tokens.map(\.extent) == [2, 1, 3, 1, 0, 1, 1, 4])
  }

  static let scalars: [JSONValue] = [
    .null, .bool(true), .bool(false), 7, -3, 9_223_372_036_854_775_807, 1.5, -0.25, "",
    "aé\n\u{1F600}",
    [], [[], [[]]], [:], ["a": ["b": ["c": 1]]], [1, 2.5, "x", ["k": .null]],
  ]

  @Test("accepts and refuses what the parser does", arguments: 0..<300)
  func agreement(seed: Int) throws {
    var bytes = [UInt8](Self.scalars[seed % Self.scalars.count].description.utf8)
    // Each text is cut or has one byte changed, at a place that differs from seed to seed.
    let place = (seed / Self.scalars.count) % (bytes.count + 1)
    if place < bytes.count {
      if seed % 2 == 0 {
        bytes[place] = UInt8(truncatingIfNeeded: seed &* 37)
      } else {
        bytes.removeSubrange(place...)
      }
    }
    var parsed: JSONError?
    do { _ = try JSONParser().parse(bytes) } catch { parsed = error }
    var read: JSONError?
    var tape = JSONTape()
    do {
      try FrameBytes(bytes).withUnsafeBytes { (bytes) throws(JSONError) in try tape.read(bytes) }
    } catch { read = error }
    #expect(read == parsed)
    #expect(tape.tokens.isEmpty == (read != nil))
  }

  @Test("a nesting that is too deep is refused, one that is not is read")
  func depth() throws {
    let deep = String(repeating: "[", count: 129) + String(repeating: "]", count: 129)
    #expect(try tape(deep).tokens.count == 129)
    let error = #expect(throws: JSONError.self) { try tape("[" + deep + "]") }
    #expect(error?.code == .tooDeep)
  }

  @Test(
    "a decimal is a multiple when its digits say so",
    arguments: [
      ("19.99", 0.01, true), ("0.3", 0.1, true), ("1e300", 0.1, true), ("0.005", 0.01, false),
      ("7", 3.5, true), ("1e-30", 1e-31, true), ("12391239123", 1e-8, true), ("0", 5, true),
    ] as [(String, Double, Bool)])
  func multiples(text: String, divisor: Double, isMultiple: Bool) throws {
    let tape = try tape(text)
    let decimal = try FrameBytes(text).withUnsafeBytes {
      try #require(tape.tokens[0].decimal(in: $0))
    }
    #expect(decimal.isMultiple(of: try #require(JSONDecimal(divisor))) == isMultiple)
  }

  @Test(
    "a double is the same as Swift reads it",
    arguments: [
      "0.1", "-0.0", "123.456", "1e22", "1e23", "9007199254740993.0", "4.9e-324",
      "1.7976931348623157e308", "0.000001", "2.2250738585072011e-308",
    ])
  func doubles(text: String) throws {
    #expect(try JSONParser().parse(text).doubleValue?.bitPattern == Double(text)?.bitPattern)
  }

  @Test("decimals are written as people write them")
  func decimalText() {
    #expect(
      [0.01, 1.5, 1500, 1e-30, 1e20, -0.25].map { JSONDecimal($0)?.description } == [
        "0.01", "1.5", "1500.0", "1e-30", "1e20", "-0.25",
      ])
  }
}

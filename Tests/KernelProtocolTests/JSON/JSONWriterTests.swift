import KernelProtocol
import Testing

@Suite("JSONWriter")
struct JSONWriterTests {
  @Test("compact output has no white space and keeps the order of keys")
  func compact() throws {
    let value: JSONValue = ["z": [1, 2.5, .null], "a": ["b": true], "e": [:], "f": []]
    #expect(try JSONWriter().string(value) == #"{"z":[1,2.5,null],"a":{"b":true},"e":{},"f":[]}"#)
  }

  @Test("pretty output has two spaces a level, and empty containers on one line")
  func pretty() throws {
    let value: JSONValue = ["a": [1, ["b": "c"]], "e": [:], "f": []]
    #expect(
      try JSONWriter(.pretty).string(value) == """
        {
          "a": [
            1,
            {
              "b": "c"
            }
          ],
          "e": {},
          "f": []
        }
        """)
  }

  @Test("only what must be escaped is escaped")
  func escaping() throws {
    let text = "\"\\/ü😀\u{0}\u{8}\u{1f}\u{7f}\u{2028}\n"
    #expect(
      try JSONWriter().string(.string(text)) == #""\"\\/ü😀\u0000\b\u001f"# + "\u{7f}\u{2028}\\n\"")
  }

  @Test(
    "doubles are written in the shortest form that reads back the same",
    arguments: [
      (0.1, "0.1"), (1.0, "1.0"), (-0.0, "-0.0"), (1e21, "1e+21"),
      (.leastNonzeroMagnitude, "5e-324"),
      (1.0 / 3.0, "0.3333333333333333"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ])
  func doubles(value: Double, text: String) throws {
    #expect(try JSONWriter().string(.double(value)) == text)
    #expect(try JSONParser().parse(text).doubleValue == value)
  }

  @Test(
    "integers are written with all their digits", arguments: [0, -1, 10, .max, .min] as [Int64])
  func integers(value: Int64) throws {
    #expect(try JSONWriter().string(.integer(value)) == String(value))
  }

  @Test(
    "NaN and the infinities are refused with the path",
    arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(value: Double) {
    let tree: JSONValue = ["rows": [0, ["when": .double(value), "odd key": 1]]]
    let error = #expect(throws: JSONError.self) { try JSONWriter().write(tree) }
    #expect(error?.code == .notFinite)
    #expect(error?.path?.description == "$.rows[1].when")
  }

  @Test("more than 128 levels are refused")
  func depth() {
    let fits = (0..<128).reduce(JSONValue.null) { inner, _ in [inner] }
    #expect(throws: Never.self) { try JSONWriter().write(fits) }
    let error = #expect(throws: JSONError.self) { try JSONWriter().write([fits]) }
    #expect(error?.code == .tooDeep)
  }

  @Test("the builder sets commas and writes every kind of value")
  func builder() throws {
    var json = JSONBuilder()
    json.beginObject()
    json.key("a\"")
    json.beginArray()
    json.integer(-12)
    json.double(.nan)
    json.bool(false)
    json.raw(Array("[1]".utf8))
    json.beginObject()
    json.endObject()
    json.endArray()
    json.key("b")
    json.value(["c": [1, "d", .null, 0.5, true]])
    json.endObject()
    #expect(
      json.frame.description
        == #"{"a\"":[-12,null,false,[1],{}],"b":{"c":[1,"d",null,0.5,true]}}"#)
  }
}

import KernelProtocol
import Testing

@Suite("JSONValue and JSONObject")
struct JSONValueTests {
  @Test("numbers are equal by value, also beyond what a double can tell apart")
  func numbers() {
    #expect(JSONValue.integer(1) == .double(1))
    #expect(JSONValue.integer(1).hashValue == JSONValue.double(1).hashValue)
    #expect(JSONValue.integer(9_007_199_254_740_993) != .double(9_007_199_254_740_992))
    #expect(JSONValue.integer(0) != .double(0.5))
    #expect(JSONValue.integer(.max) != .double(9_223_372_036_854_775_808))
  }

  @Test("null, absent, false, zero and the empty text are five things, and [] is not {}")
  func distinct() {
    let values: [JSONValue] = [.null, false, 0, "", [], [:]]
    #expect(Set(values).count == values.count)
    let object: JSONValue = ["here": .null]
    #expect(object["here"] == .some(.null))
    #expect(object["absent"] == nil)
  }

  @Test("text is compared by its bytes: composed and decomposed letters are two keys")
  func exactText() throws {
    let composed = "\u{E9}"
    let decomposed = "e\u{301}"
    #expect(composed == decomposed)
    #expect(JSONValue.string(composed) != .string(decomposed))
    let text = #"{"\#(composed)":1,"\#(decomposed)":2}"#
    let value = try JSONParser(duplicateKeys: .refused).parse(text)
    #expect(value[composed] == 1)
    #expect(value[decomposed] == 2)
    #expect(try JSONWriter().string(value).utf8.elementsEqual(text.utf8))
  }

  @Test(
    "objects of any size keep order, find keys and forget removed ones",
    arguments: [3, 15, 16, 17, 500])
  func objects(size: Int) {
    var object = JSONObject((0..<size).map { ("k\($0)", JSONValue($0)) })
    #expect(object.keys == (0..<size).map { "k\($0)" })
    object["k1"] = "changed"
    #expect(object.count == size)
    #expect(object[1].value == "changed")
    #expect(object.removeValue(forKey: "k0") == 0)
    #expect(object["k0"] == nil)
    #expect(object["k\(size - 1)"] == (size == 2 ? "changed" : JSONValue(size - 1)))
    object["k0"] = 0
    #expect(object.keys.last == "k0")
    let reversed = JSONObject(object.reversed().map { ($0.key, $0.value) })
    #expect(reversed == object)
    #expect(reversed.hashValue == object.hashValue)
  }

  @Test("typed access gives nil for another type")
  func access() {
    let value: JSONValue = ["a": [1, 2.0, 2.5, "t", true]]
    #expect(value["a"]?[0]?.intValue == 1)
    #expect(value["a"]?[1]?.intValue == 2)
    #expect(value["a"]?[2]?.intValue == nil)
    #expect(value["a"]?[2]?.doubleValue == 2.5)
    #expect(value["a"]?[3]?.stringValue == "t")
    #expect(value["a"]?[4]?.boolValue == true)
    #expect(value["a"]?[5] == nil)
    #expect(value["a"]?[-1] == nil)
    #expect(value["a"]?["b"] == nil)
    #expect(value[0] == nil)
    #expect(JSONValue.double(1e300).intValue == nil)
  }

  @Test("a pointer leads to a value or nowhere, as in RFC 6901 §5")
  func pointers() throws {
    let value: JSONValue = ["foo": ["bar", "baz"], "": 0, "a/b": 1, "m~n": 8, " ": 7]
    func at(_ text: String) throws -> JSONValue? { value[try #require(JSONPointer(parsing: text))] }
    #expect(try at("") == value)
    #expect(try at("/foo/0") == "bar")
    #expect(try at("/") == 0)
    #expect(try at("/a~1b") == 1)
    #expect(try at("/m~0n") == 8)
    #expect(try at("/ ") == 7)
    #expect(try at("/foo/2") == nil)
    #expect(try at("/foo/00") == nil)
    #expect(try at("/foo/-") == nil)
    #expect(JSONPointer(parsing: "foo") == nil)
    #expect(JSONPointer(parsing: "/a~2") == nil)
    #expect(JSONPointer(["a/b", "m~n"]).appending(3).description == "/a~1b/m~0n/3")
  }
}

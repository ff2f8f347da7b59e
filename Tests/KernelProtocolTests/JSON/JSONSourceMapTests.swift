import KernelProtocol
import Testing

@Suite("JSONSourceMap")
struct JSONSourceMapTests {
  let text = """
    {
      "name": "größe",  "kernel": "lua",
      "services": {
        "provides": {"a/b": {"stream": [true, null]}}
      }
    }
    """

  func position(_ pointer: String) throws -> JSONSourceMap.Location? {
    let map = try JSONParser().parseWithSourceMap(Array(text.utf8)).sourceMap
    return map[try #require(JSONPointer(parsing: pointer))]
  }

  @Test(
    "keys and values are found by their pointer, columns counted in characters",
    arguments: [
      ("", nil, "line 1, column 1"), ("/name", "line 2, column 3", "line 2, column 11"),
      ("/kernel", "line 2, column 21", "line 2, column 31"),
      ("/services/provides/a~1b", "line 4, column 18", "line 4, column 25"),
      ("/services/provides/a~1b/stream/1", nil, "line 4, column 43"),
    ] as [(String, String?, String)])
  func locations(pointer: String, key: String?, value: String) throws {
    let location = try #require(try position(pointer))
    #expect(location.key?.description == key)
    #expect(location.value.description == value)
  }

  @Test("a message about what is absent points at the container that is there")
  func bestPosition() throws {
    let map = try JSONParser().parseWithSourceMap(Array(text.utf8)).sourceMap
    #expect(map.bestPosition(for: JSONPointer(["services", "calls", "0"]))?.line == 3)
    #expect(map.bestPosition(for: JSONPointer(["absent"]))?.line == 1)
    #expect(map[JSONPointer(["absent"])] == nil)
  }

  @Test("the value is the same as without a map")
  func sameValue() throws {
    let mapped = try JSONParser().parseWithSourceMap(Array(text.utf8)).value
    #expect(try JSONParser().parse(text) == mapped)
  }
}

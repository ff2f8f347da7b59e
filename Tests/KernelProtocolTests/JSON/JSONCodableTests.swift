import KernelProtocol
import Testing

@Suite("JSONValue and Codable")
struct JSONCodableTests {
  struct Order: Codable, Equatable {
    enum Status: String, Codable { case open, paid }
    struct Line: Codable, Equatable {
      let name: String
      let price: Double
      var note: String?
    }
    let id: Int64
    let status: Status
    let lines: [Line]
    let tags: [String: UInt8]
    let extra: JSONValue
    let weight: Float
  }

  let order = Order(
    id: 9_007_199_254_740_993, status: .paid,
    lines: [.init(name: "tea", price: 2.5), .init(name: "cup", price: 3, note: "blue")],
    tags: ["a": 255], extra: ["free": [.null, 1]], weight: 0.1)

  @Test("a value goes to JSON and back unchanged")
  func roundTrip() throws {
    let json = try JSONValue(encoding: order)
    #expect(json["id"]?.intValue == 9_007_199_254_740_993)
    #expect(json["lines"]?[1] == ["name": "cup", "price": 3, "note": "blue"])
    #expect(json["lines"]?[0]?["note"] == nil)
    #expect(json["weight"] == 0.1)
    #expect(try json.decode(Order.self) == order)
    #expect(try JSONParser().parse(JSONWriter().write(json)).decode() == order)
  }

  @Test("scalars, optionals and empty containers have their JSON form")
  func scalars() throws {
    #expect(try JSONValue(encoding: 3) == 3)
    #expect(try JSONValue(encoding: [Int?.some(1), nil]) == [1, .null])
    #expect(try JSONValue(encoding: [Int]()) == [])
    #expect(try JSONValue(encoding: [String: Int]()) == [:])
    #expect(try ([1, .null] as JSONValue).decode([Int?].self) == [1, nil])
    #expect(try JSONValue.null.decode(Int?.self) == nil)
    #expect(try JSONValue.double(3).decode(Int.self) == 3)
  }

  @Test("what has no JSON form is refused with its path")
  func refusals() {
    func error(_ value: some Encodable) -> JSONError? {
      #expect(throws: JSONError.self) { try JSONValue(encoding: value) }
    }
    #expect(error(["a": [1, Double.nan]])?.description.hasPrefix("$.a[1]: ") == true)
    #expect(error([UInt64.max])?.code == .integerTooLarge)
  }

  @Test("what does not fit the type is refused with its path")
  func mismatches() {
    func error<Value: Decodable>(_ json: JSONValue, _ type: Value.Type) -> String? {
      #expect(throws: JSONError.self) { try json.decode(type) }?.description
    }
    #expect(
      error(["a": ["x", 1]], [String: [String]].self) == "$.a[1]: expected text, got integer")
    #expect(error(["name": "tea"], Order.Line.self) == "$: the key `price` is missing")
    #expect(error([300], [UInt8].self) == "$[0]: expected UInt8, got integer")
    #expect(error(["lost"], [Order.Status].self)?.hasPrefix("$[0]: ") == true)
    #expect(error([1], [String: Int].self) == "$: expected an object, got array")
    #expect(error([1], (Pair).self) == "$: the array has only 1 elements")
  }

  /// Two elements without keys.
  struct Pair: Decodable {
    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      _ = try container.decode(Int.self)
      _ = try container.decode(Int.self)
    }
  }

  /// Contains itself.
  final class Ring: Encodable {
    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      try container.encode(self)
    }
  }

  @Test("a value that contains itself ends at the depth limit")
  func cycle() {
    let error = #expect(throws: JSONError.self) { try JSONValue(encoding: Ring()) }
    #expect(error?.code == .tooDeep)
  }
}

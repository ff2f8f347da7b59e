import KernelProtocol
import Testing

@Suite("The values of specs/vectors")
struct ValueVectorTests {
  struct Vector: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    var json: String?
    var json_hex: String?

    var testDescription: String { name }
  }

  static let all = Result { try SpecificationFile.json("vectors/values.json") }

  static func vectors(_ list: String) -> [Vector] {
    (try? all.get()[list]?.decode([Vector].self)) ?? []
  }

  @Test("the file of vectors can be read and has both kinds")
  func vectorsAreThere() throws {
    #expect(try Self.all.get()["faithful"]?.arrayValue?.count == Self.vectors("faithful").count)
    #expect(Self.vectors("faithful").count >= 30)
    #expect(Self.vectors("invalid").count >= 12)
  }

  @Test("a faithful text survives reading and writing", arguments: vectors("faithful"))
  func faithful(_ vector: Vector) throws {
    let text = try #require(vector.json)
    let value = try JSONParser().parse(text)
    let written = try JSONWriter().write(value)
    #expect(try JSONParser().parse(written) == value)
    let pretty = try JSONWriter(.pretty).write(value)
    #expect(try JSONParser().parse(pretty) == value)
    #expect(throws: Never.self) {
      try FrameBytes(text).withUnsafeBytes { try JSONValidator.validate($0) }
    }
  }

  @Test("an invalid text is refused by parser and validator", arguments: vectors("invalid"))
  func invalid(_ vector: Vector) throws {
    let bytes = try #require(vector.json_hex.flatMap { [UInt8](hex: $0) })
    let parsed = #expect(throws: JSONError.self) { try JSONParser().parse(bytes) }
    let validated = #expect(throws: JSONError.self) {
      try bytes.withUnsafeBytes {
        try JSONValidator.validate($0, maximumDepth: JSONDepth.value)
      }
    }
    #expect(parsed == validated)
  }
}

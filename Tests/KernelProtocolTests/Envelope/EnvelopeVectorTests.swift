import KernelProtocol
import Testing

@Suite("The envelopes of specs/vectors")
struct EnvelopeVectorTests {
  /// One entry of `envelope.json`.
  struct Vector: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let key: String
    let frames: [String]
    var header: String?
    var parent_header: String?
    var metadata: String?
    var content: String?
    var buffers: [String]?
    var signature: String?
    var topic: String?
    var error: String?

    var testDescription: String { name }

    func wireFrames() throws -> [FrameBytes] {
      try frames.map { FrameBytes(try #require([UInt8](hex: $0))) }
    }
  }

  static let all = Result { try SpecificationFile.json("vectors/envelope.json") }

  static func vectors(_ list: String) -> [Vector] {
    (try? all.get()[list]?.decode([Vector].self)) ?? []
  }

  @Test("the file of vectors can be read and has both kinds")
  func vectorsAreThere() throws {
    #expect(try Self.all.get()["valid"]?.arrayValue?.count == Self.vectors("valid").count)
    #expect(Self.vectors("valid").count >= 9)
    #expect(Self.vectors("invalid").count >= 14)
  }

  @Test("a valid envelope is decoded and encoded again byte for byte", arguments: vectors("valid"))
  func validRoundTrip(_ vector: Vector) throws {
    let signer = Signer(key: vector.key)
    let frames = try vector.wireFrames()
    let leading = vector.topic == nil ? 0 : 1
    let envelope = try Envelope.decode(frames, skipping: leading, signer: signer)
    #expect(envelope.header.bytes.description == vector.header)
    #expect(envelope.parentHeader.description == vector.parent_header)
    #expect(envelope.metadata.description == vector.metadata)
    #expect(envelope.content.description == vector.content)
    #expect(envelope.buffers.count == vector.buffers?.count)
    let again = envelope.encode(signer: signer, topic: vector.topic.map { FrameBytes($0) })
    #expect(again == frames)
    #expect(again[leading + 1].description == vector.signature)
  }

  @Test("the size of a message is the sum of its frames", arguments: vectors("valid"))
  func byteCount(_ vector: Vector) throws {
    let frames = try vector.wireFrames().dropFirst(vector.topic == nil ? 0 : 1)
    let envelope = try Envelope.decode(Array(frames), signer: Signer(key: vector.key))
    #expect(envelope.byteCount == frames.reduce(0) { $0 + $1.count })
  }

  @Test("the metadata of every valid envelope can be read", arguments: vectors("valid"))
  func metadata(_ vector: Vector) throws {
    let raw = try #require(vector.metadata)
    let metadata = try MessageMetadata(reading: FrameBytes(raw))
    #expect(try JSONParser().parse(metadata.bytes) == JSONParser().parse(raw))
  }

  @Test("an invalid envelope is refused by its name", arguments: vectors("invalid"))
  func invalid(_ vector: Vector) throws {
    let error = #expect(throws: EnvelopeError.self) {
      try Envelope.decode(try vector.wireFrames(), signer: Signer(key: vector.key))
    }
    #expect(error?.name == vector.error)
  }
}

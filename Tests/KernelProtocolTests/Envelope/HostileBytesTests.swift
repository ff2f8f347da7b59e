import KernelProtocol
import Testing

@Suite("Hostile bytes")
struct HostileBytesTests {
  static let signer = Signer(key: "4b2f")

  /// A message with a bit of everything, whose parts the tests spoil.
  static func parts() -> [[UInt8]] {
    var headers = HeaderFactory(session: "k-7f3a")
    let header = headers.make(.callRequest, date: "2026-01-02T03:04:05.678Z")
    let metadata = """
      {"method":"a.b","timeout":3,"depth":2,"stream":true,"credit":64,"outcome":"ok",\
      "buffer_paths":[["value",0]],"event_id":"e\\u00e9","sequence":1e2,"unknown":{"x":[1,2]}}
      """
    let content = #"{"value":[1,2.5e-3,"Zürich 😀 \ud83d\ude00\n",null,true,{"a":{"b":[]}}]}"#
    return [
      header.bytes.bytes, header.bytes.bytes, Array(metadata.utf8), Array(content.utf8),
    ]
  }

  static func signed(_ parts: [[UInt8]]) -> [FrameBytes] {
    let frames = parts.map { FrameBytes($0) }
    let signature = signer.sign(frames[0], frames[1], frames[2], frames[3])
    return ["<IDS|MSG>", signature] + frames
  }

  @Test("a spoilt part, rightly signed, is refused by name or is still valid", arguments: 0..<8)
  func spoiltParts(seed: UInt64) throws {
    var random = RandomJSON(seed: seed)
    var refused = 0
    for round in 0..<2000 {
      var parts = Self.parts()
      parts[round % 4] = random.mutate(parts[round % 4])
      let frames = Self.signed(parts)
      do throws(EnvelopeError) {
        let envelope = try Envelope.decode(frames, signer: Self.signer)
        try expectConsistent(envelope, frames)
      } catch {
        refused += 1
        #expect(error.name == "malformed", "seed \(seed), round \(round)")
        #expect(!error.description.isEmpty)
      }
    }
    #expect(refused > 500 && refused < 2000)
  }

  /// What was accepted is JSON for the strict parser too, and can be used without surprises.
  func expectConsistent(_ envelope: Envelope, _ frames: [FrameBytes]) throws(EnvelopeError) {
    let parser = JSONParser(maximumDepth: JSONDepth.content)
    for frame in frames[2...] { #expect(throws: Never.self) { try parser.parse(frame) } }
    #expect(envelope.encode(signer: Self.signer) == frames)
    _ = envelope.parentID
    let metadata = try MessageMetadata(reading: envelope.metadata)
    #expect(throws: Never.self) { try parser.parse(metadata.bytes) }
    let wire = (try? parser.parse(envelope.content)) ?? .null
    let error = OutcomeError(wire: wire).stamping(plugin: "p", language: "l")
    #expect(!error.message.isEmpty)
  }

  @Test("spoilt frames that are not signed again never get past the signature", arguments: 0..<4)
  func spoiltFrames(seed: UInt64) {
    var random = RandomJSON(seed: seed)
    for round in 0..<1000 {
      var frames = Self.signed(Self.parts())
      let place = round % frames.count
      let spoilt = FrameBytes(random.mutate(frames[place].bytes))
      guard spoilt != frames[place] else { continue }
      frames[place] = spoilt
      let error = #expect(throws: EnvelopeError.self) {
        try Envelope.decode(frames, signer: Self.signer)
      }
      #expect(error?.name == (place == 0 ? "not_an_envelope" : "bad_signature"))
    }
  }

  @Test("a header whose identifiers would fill the memory is refused")
  func hugeIdentifier() {
    let id = String(repeating: "x", count: 257)
    let error = #expect(throws: EnvelopeError.self) {
      try Header(reading: FrameBytes(#"{"msg_id":"\#(id)","msg_type":"ping"}"#))
    }
    #expect(error?.description.contains("msg_id") == true)
  }
}

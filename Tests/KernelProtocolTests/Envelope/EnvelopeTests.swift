import KernelProtocol
import Testing

@Suite("Envelope")
struct EnvelopeTests {
  let signer = Signer(key: "secret")

  func message(
    parent: FrameBytes = "{}", metadata: FrameBytes = "{}", content: FrameBytes = "{}"
  ) -> Envelope {
    var headers = HeaderFactory(session: "o-1")
    return Envelope(
      header: headers.make(.ping, date: "2026-01-02T03:04:05.678Z"), parentHeader: parent,
      metadata: metadata, content: content)
  }

  func error(_ envelope: Envelope) -> EnvelopeError? {
    #expect(throws: EnvelopeError.self) {
      try Envelope.decode(envelope.encode(signer: signer), signer: signer)
    }
  }

  @Test("frames before the delimiter are skipped when they are announced")
  func leadingFrames() throws {
    let frames = message().encode(signer: signer, topic: "t")
    #expect(try Envelope.decode(frames, skipping: 1, signer: signer).type == .ping)
    #expect(throws: EnvelopeError.notAnEnvelope) { try Envelope.decode(frames, signer: signer) }
    #expect(throws: EnvelopeError.notAnEnvelope) {
      try Envelope.decode(frames, skipping: 7, signer: signer)
    }
  }

  @Test("the parent's id is read when it is asked for, and absent from an empty parent")
  func parentID() {
    #expect(message(parent: message().header.bytes).parentID == "o-1-1")
    #expect(message().parentID == nil)
  }

  @Test("every part must be a JSON object", arguments: ["[]", "1", "", "{\"a\":}", "{} {}"])
  func parts(_ broken: String) {
    let frame = FrameBytes(broken)
    #expect(error(message(parent: frame))?.description.contains("parent_header") == true)
    #expect(error(message(metadata: frame))?.description.contains("metadata") == true)
    #expect(error(message(content: frame))?.description.contains("content") == true)
  }

  @Test("a reply may wrap a value of 128 levels, and no more")
  func depth() throws {
    func content(_ levels: Int) -> FrameBytes {
      FrameBytes(
        #"{"value":"# + String(repeating: "[", count: levels)
          + String(repeating: "]", count: levels) + "}")
    }
    let good = message(content: content(128))
    #expect(try Envelope.decode(good.encode(signer: signer), signer: signer) == good)
    #expect(error(message(content: content(129)))?.name == "malformed")
  }

  @Test("nothing is parsed before the signature has been verified")
  func signatureFirst() {
    let frames = message(metadata: "broken", content: "broken").encode(signer: Signer(key: "other"))
    #expect(throws: EnvelopeError.badSignature) { try Envelope.decode(frames, signer: signer) }
  }

  @Test("what was received is sent on without a copy")
  func passesOwnersOn() throws {
    let original = message(content: #"{"a":1}"#).encode(signer: signer)
    let owners = original.map { OwnedBytes($0.bytes) }
    let decoded = try Envelope.decode(owners.map(\.frame), signer: signer)
    let sent = decoded.encode(signer: signer)
    #expect(sent == original)
    for index in 2...5 { #expect(sent[index].owner === owners[index]) }
  }
}

import KernelProtocol
import Testing

@Suite("MessageMetadata")
struct MessageMetadataTests {
  @Test("every field is written and read back")
  func roundTrip() throws {
    var metadata = MessageMetadata()
    metadata.method = "stats.summary"
    metadata.timeout = 3
    metadata.remaining = 2.998
    metadata.depth = 2
    metadata.tenant = "default"
    metadata.caller = "report"
    metadata.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    metadata.stream = true
    metadata.credit = 64
    metadata.call = "k-1"
    metadata.frame = "o-2"
    metadata.kernel = "1"
    metadata.outcome = .rateLimited
    metadata.event = "cart:updated"
    metadata.eventID = "e-1"
    metadata.sequence = 17
    metadata.emitter = "cart \"ü\""
    metadata.hops = 1
    metadata.attempt = 2
    metadata.bufferPaths = Array(#"[["value","image"]]"#.utf8)
    #expect(try MessageMetadata(reading: metadata.bytes) == metadata)
    let fields = try JSONParser().parse(metadata.bytes)
    #expect(fields.objectValue?.count == 20)
    #expect(fields["buffer_paths"] == [["value", "image"]])
  }

  @Test("without fields it is an empty object")
  func empty() throws {
    #expect(MessageMetadata().bytes.description == "{}")
    #expect(try MessageMetadata(reading: " { } ") == MessageMetadata())
  }

  @Test("unknown fields and nulls are ignored, escaped keys are known, the last of two wins")
  func tolerance() throws {
    let metadata = try MessageMetadata(
      reading: #"{"new":{"depth":9},"depth":null,"\u006dethod":"a","method":"b","credit":2.0}"#)
    var expected = MessageMetadata()
    expected.method = "b"
    expected.credit = 2
    #expect(metadata == expected)
  }

  @Test(
    "a field of a wrong type is refused by name",
    arguments: [
      #"{"method":1}"#, #"{"timeout":"3"}"#, #"{"depth":1.5}"#, #"{"stream":1}"#,
      #"{"outcome":"fine"}"#, #"{"outcome":1}"#, #"{"buffer_paths":{}}"#, #"{"sequence":1e30}"#,
      #"{"event_id":[]}"#,
    ])
  func wrongTypes(text: String) throws {
    let field = try #require(try JSONParser().parse(text).objectValue?.keys.first)
    let error = #expect(throws: EnvelopeError.self) {
      try MessageMetadata(reading: FrameBytes(text))
    }
    #expect(error?.description.contains("\(field) must be") == true)
  }
}

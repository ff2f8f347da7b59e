import KernelProtocol
import Testing

@Suite("Header and HeaderFactory")
struct HeaderTests {
  let date = "2026-01-02T03:04:05.678Z"

  @Test("the factory writes the header of the vectors byte for byte")
  func template() {
    var headers = HeaderFactory(session: "k-7f3a")
    #expect(
      headers.make(.hello, date: date).bytes.description
        == #"{"msg_id":"k-7f3a-1","session":"k-7f3a","username":"parley","date":"2026-01-02T03:04:05.678Z","msg_type":"hello","version":"5.4"}"#
    )
    #expect(headers.make(.pong, date: date).id == "k-7f3a-2")
  }

  @Test("what the factory writes reads back the same, also with odd names")
  func roundTrip() throws {
    var headers = HeaderFactory(session: "o\"ü", username: "a\\b")
    for _ in 0..<12 {
      let header = headers.make(MessageType(rawValue: "odd\ntype"), date: "now\"")
      #expect(try Header(reading: header.bytes) == header)
    }
    #expect(headers.counter == 12)
  }

  @Test("keys written with escapes are the same keys, and unknown fields are ignored")
  func escapedKeys() throws {
    let header = try Header(
      reading: #"{"x":{"msg_id":"no"},"\u006dsg_id":"a","msg_type":"p\u0069ng","session":"s"}"#)
    #expect(header.id == "a")
    #expect(header.type == .ping)
    #expect(header.session == "s")
  }

  @Test(
    "a header without usable id and type is refused with the field",
    arguments: [
      (#"{"msg_type":"ping"}"#, "msg_id"), (#"{"msg_id":"","msg_type":"ping"}"#, "msg_id"),
      (#"{"msg_id":7,"msg_type":"ping"}"#, "msg_id"), (#"{"msg_id":"a"}"#, "msg_type"),
      (#"{"msg_id":"a","msg_type":null}"#, "msg_type"),
      (#"{"msg_id":"a","msg_type":"ping","session":[]}"#, "session"), ("{\"a\": }", "column 7"),
    ])
  func refusals(text: String, mention: String) {
    let error = #expect(throws: EnvelopeError.self) { try Header(reading: FrameBytes(text)) }
    #expect(error?.name == "malformed")
    #expect(error?.description.contains(mention) == true)
  }

  @Test(
    "known types are found by name, unknown ones are kept", arguments: MessageType.Known.allCases)
  func types(known: MessageType.Known) {
    let type = MessageType(rawValue: known.rawValue)
    #expect(type.known == known)
    #expect(type == MessageType(known))
    #expect(MessageType(rawValue: known.rawValue + "x").known == nil)
    #expect(MessageType(rawValue: known.rawValue + "x") != type)
  }

  @Test("the reply to X and to X_request is X_reply")
  func replies() {
    #expect(MessageType.callRequest.reply == .callReply)
    #expect(MessageType.subscribe.reply == .subscribeReply)
    #expect(MessageType(rawValue: "new_request").reply.rawValue == "new_reply")
  }
}

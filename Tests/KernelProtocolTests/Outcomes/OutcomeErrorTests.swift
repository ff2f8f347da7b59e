import KernelProtocol
import Testing

@Suite("OutcomeError")
struct OutcomeErrorTests {
  let wire: JSONValue = [
    "message": "boom", "ename": "ValueError", "evalue": "boom", "traceback": ["line 1"],
    "frames": [
      ["file": "/p/a.py", "line": 3, "function": "f"],
      ["plugin": "b", "language": "lua", "file": "/p/b.lua", "line": 7],
    ],
    "cause": [
      "outcome": "kernel_died", "message": "gone", "signal": "SIGKILL", "started": true,
      "stderr": ["last"], "frames": [["file": "/p/c.py", "line": 1]],
    ],
  ]

  @Test("an error object is read by its fields")
  func reading() {
    let error = OutcomeError(wire: wire, outcome: .handlerError)
    #expect(error.outcome == .handlerError)
    #expect(error.message == "boom")
    #expect("\(error)" == "boom")
    #expect(error.ename == "ValueError")
    #expect(error.traceback == ["line 1"])
    #expect(error.frames.map(\.line) == [3, 7])
    #expect(error.cause?.outcome == .kernelDied)
    #expect(error.cause?.signal == "SIGKILL")
    #expect(error.cause?.started == true)
    #expect(error.cause?.stderr == ["last"])
    #expect(error.wire() == wire)
  }

  @Test("frames without plugin are stamped, in causes too, and others are left alone")
  func stamping() {
    let error = OutcomeError(wire: wire).stamping(plugin: "a", language: "python")
    #expect(error.frames.map(\.plugin) == ["a", "b"])
    #expect(error.frames.map(\.language) == ["python", "lua"])
    #expect(error.cause?.frames.map(\.plugin) == ["a"])
    #expect(error.stamping(plugin: "z", language: "z") == error)
    #expect(error.frames[0].description == "/p/a.py:3 in f (a, python)")
  }

  @Test("when several handlers of an event failed, each is read and stamped")
  func severalErrors() {
    let error = OutcomeError(wire: ["message": "two failed", "errors": [wire, "nonsense"]])
      .stamping(plugin: "a", language: "python")
    #expect(error.errors.map(\.outcome) == [.handlerError, .handlerError])
    #expect(error.errors[0].frames.map(\.plugin) == ["a", "b"])
    #expect(error.errors[0].cause?.frames.map(\.plugin) == ["a"])
    #expect(!error.errors[1].message.isEmpty)
  }

  @Test("nonsense from a kernel becomes an error with a message, and keeps to the schema")
  func hostile() throws {
    let nonsense: [JSONValue] = [
      .null, 3, "x", [], [:], ["message": 3], ["message": ""],
      ["frames": "x", "traceback": [1, "a"]],
      ["frames": [.null, ["file": 1, "line": 2], ["file": "a", "line": "b"]], "cause": [1]],
      ["outcome": "ok"], ["outcome": "nonsense", "nearest": [:], "started": "yes", "limit": "x"],
    ]
    for value in nonsense {
      let error = OutcomeError(wire: value)
      #expect(error.outcome == .handlerError)
      #expect(!error.message.isEmpty)
      #expect(error.frames.isEmpty && error.cause == nil && error.nearest.isEmpty)
      #expect(error.details["started"] == nil && error.details["limit"] == nil)
      #expect(try JSONParser().parse(error.content) == error.wire())
    }
    #expect(OutcomeError(wire: ["ename": "E", "evalue": "v"]).message == "E: v")
    #expect(OutcomeError(wire: .null, outcome: .timeout).outcome == .timeout)
  }

  @Test("causes nested as deeply as JSON allows are read and stamped")
  func deepCauses() throws {
    let text =
      String(repeating: #"{"message":"m","cause":"#, count: 127)
      + "{}" + String(repeating: "}", count: 127)
    let error = OutcomeError(wire: try JSONParser().parse(text))
      .stamping(plugin: "p", language: "l")
    let chain = sequence(first: error, next: \.cause)
    #expect(chain.reduce(0) { count, _ in count + 1 } == 128)
  }

  static let sentences: [(OutcomeError, Outcome, String)] = [
    (
      .noProvider(method: "pricing.qoute", nearest: ["pricing.quote"]), .noProvider,
      "Nobody provides pricing.qoute. Did you mean pricing.quote?"
    ),
    (
      .unknownEvent("a:b", nearest: []), .noProvider, "No plugin declares the event a:b."
    ),
    (
      .timeout(method: "a.b", seconds: 3, started: true), .timeout,
      "a.b did not answer within 3 s; its handler had started."
    ),
    (.cancelled(reason: "shutdown"), .cancelled, "The call was cancelled: shutdown."),
    (
      .deadlock(cycle: ["a", "b"]), .deadlock,
      "The call would wait forever: a → b → a wait for each other."
    ),
    (
      .depthExceeded(limit: 2, chain: ["a.x", "b.y", "a.x"]), .depthExceeded,
      "Calls are nested more than 2 deep: a.x → b.y → a.x."
    ),
    (
      .permissionDenied(plugin: "shop", permission: "call:tax.rate"), .permissionDenied,
      "shop may not call tax.rate: its manifest does not ask for it, or the host does not grant it."
    ),
    (
      .invalidPayload(pointer: "/x", expected: "an integer", got: "7"), .invalidPayload,
      "The payload is wrong at /x: expected an integer, got string."
    ),
    (
      .invalidReply(pointer: "", expected: "an object"), .invalidReply,
      "The reply: expected an object."
    ),
    (
      .tooLarge(size: 20, limit: 10), .tooLarge, "The message has 20 bytes, and 10 is the limit."
    ),
    (
      .kernelDied(plugin: "p", exit: .signalled("SIGSEGV"), started: false), .kernelDied,
      "The kernel of p was ended by SIGSEGV; the handler had not started."
    ),
    (
      .kernelDied(plugin: "p", exit: .exited(code: 3), stderr: ["oh"], started: true), .kernelDied,
      "The kernel of p exited with status 3; the handler had started, and what it had done by then is not known."
    ),
    (
      .unavailable(plugin: "p", state: "restarting", retryAfter: 1.5), .unavailable,
      "p is restarting; try again in 1.5 s."
    ),
    (
      .overloaded(plugin: "p", limit: 100, retryAfter: 1), .overloaded,
      "The mailbox of p is full (100 messages)."
    ),
    (
      .rateLimited(operation: "emit a:b", limit: 10, retryAfter: 0.5), .rateLimited,
      "emit a:b is limited to 10 a second; try again in 0.5 s."
    ),
  ]

  @Test("each outcome has its sentence and survives the wire", arguments: sentences)
  func sentence(error: OutcomeError, outcome: Outcome, sentence: String) {
    #expect(error.outcome == outcome)
    #expect(error.message == sentence)
    #expect(OutcomeError(wire: error.wire(includingOutcome: true)) == error)
    #expect(OutcomeError(wire: error.wire(), outcome: outcome) == error)
  }

  @Test("a value that cannot be serialised is named by its path")
  func notSerializable() throws {
    let error = try #require(
      #expect(throws: JSONError.self) { try JSONWriter().write(["a": [.double(.nan)]]) })
    #expect(OutcomeError.notSerializable(error).path == "$.a[0]")
  }
}

import Testing
import ZeroMQ

@Suite("An error")
struct ZeroMQErrorTests {
  @Test("names the endpoint that is taken, and what to do")
  func addressInUse() throws {
    let context = try Context()
    let (one, two) = (
      try Socket(context: context, kind: .pull), try Socket(context: context, kind: .pull)
    )
    try one.bind("inproc://taken")
    let error = try #require(throws: ZeroMQError.self) { try two.bind("inproc://taken") }
    #expect(error.code == .addressInUse)
    #expect(error.operation == .bind)
    #expect(
      error.description
        == "Could not bind to inproc://taken: Address already in use. "
        + "Another process is bound there; end it, or choose another endpoint.")
  }

  @Test("tells malformed endpoints, unknown transports and missing folders apart")
  func endpoints() throws {
    let socket = try Socket(context: Context(), kind: .pull)
    let cases: [(String, ZeroMQError.Code)] = [
      ("", .invalidArgument), ("nonsense", .invalidArgument), ("pigeon://x", .unsupported),
      ("ipc:///no-such-folder/socket", .addressUnavailable),
      ("ipc:///" + String(repeating: "x", count: 200), .invalidArgument),
    ]
    for (endpoint, code) in cases {
      let error = try #require(throws: ZeroMQError.self) { try socket.bind(endpoint) }
      #expect(error.code == code, "\(error)")
    }
  }

  @Test("says that a socket was closed, whatever is done with it")
  func closed() throws {
    let socket = try Socket(context: Context(), kind: .pair)
    socket.close()
    socket.close()
    #expect(socket.isClosed)
    let uses: [() throws -> Void] = [
      { _ = try socket.receive() }, { _ = try socket.send([[1]]) }, { _ = try socket.events },
      { try socket.bind("inproc://closed") }, { try socket.set(.linger, to: 0) },
      { _ = try socket.wait(for: .readable, timeout: .zero) },
    ]
    for use in uses {
      #expect(try #require(throws: ZeroMQError.self) { try use() }.code == .closed)
    }
  }

  @Test("says that the context is shutting down")
  func terminated() throws {
    let context = try Context()
    let socket = try Socket(context: context, kind: .pair)
    context.shutdown()
    let error = try #require(throws: ZeroMQError.self) { try socket.receive() }
    #expect(error.code == .terminated)
    socket.close()
    context.terminate()
    context.terminate()
    let late = try #require(throws: ZeroMQError.self) {
      try Socket(context: context, kind: .pair)
    }
    #expect(late.code == .terminated)
  }

  @Test("names an option that the socket does not have, and a value out of range")
  func options() throws {
    let socket = try Socket(context: Context(), kind: .pull)
    for attempt in [
      { try socket.set(.xpubManual, to: true) }, { try socket.set(.routingID, to: []) },
    ] {
      let error = try #require(throws: ZeroMQError.self) { try attempt() }
      #expect(error.code == .invalidArgument)
    }
    #expect(try #require(throws: ZeroMQError.self) { try socket.send([[1]]) }.code == .unsupported)
    #expect(throws: ZeroMQError.self) { try Context(ioThreads: -1) }
  }

  @Test("comes when there are as many sockets as the context allows")
  func tooManySockets() throws {
    let context = try Context(maxSockets: 1)
    let socket = try Socket(context: context, kind: .pair)
    let error = try #require(throws: ZeroMQError.self) { try Socket(context: context, kind: .pair) }
    #expect(error.code == .tooManyOpen)
    #expect(error.description.contains("socket of kind pair"))
    socket.close()
  }
}

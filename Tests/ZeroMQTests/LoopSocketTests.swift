import Testing
import ZeroMQ

@Suite("A loop's sockets", .timeLimit(.minutes(5)))
struct LoopSocketTests {
  /// How a handler takes its messages.
  enum Manner: CaseIterable {
    case oneACall, untilNoneIsLeft

    func receive(from socket: Socket, _ take: (Multipart) throws -> Void) {
      let multipart = Multipart()
      #expect(throws: Never.self) {
        while try socket.receive(into: multipart) {
          try take(multipart)
          if self == .oneACall { return }
        }
      }
    }
  }

  @Test(
    "are served though a look or a send took the announcement with it", arguments: [true, false])
  func edge(looks: Bool) async throws {
    try await withRunningLoop { loop in
      let arrived = Recorder<[UInt8]>()
      try await loop.perform {
        let pair = try SocketPair(.pair, .pair)
        try loop.register(pair.bound) {
          Manner.untilNoneIsLeft.receive(from: pair.bound) { arrived.append($0.bytes(ofPart: 0)) }
        }
        try pair.connected.post([[UInt8]("question")])
        // The message is here and the socket knows it: its descriptor is silent from now on.
        while try !pair.bound.events.contains(.readable) {}
        if !looks { try pair.bound.post([[UInt8]("an unasked answer")]) }
      }
      #expect(await arrived.wait(forCount: 1) == [[UInt8]("question")])
    }
  }

  @Test("are served when messages came before the registration")
  func early() async throws {
    try await withRunningLoop { loop in
      let arrived = Recorder<[UInt8]>()
      try await loop.perform {
        let pair = try SocketPair(.pull, .push)
        try pair.connected.post([[1]])
        while try !pair.bound.events.contains(.readable) {}
        try loop.register(pair.bound) {
          Manner.oneACall.receive(from: pair.bound) { arrived.append($0.bytes(ofPart: 0)) }
        }
      }
      #expect(await arrived.wait(forCount: 1) == [[1]])
    }
  }

  @Test("get all of a burst of 1,000 messages while they send", arguments: Manner.allCases)
  func burst(manner: Manner) async throws {
    let folder = try TemporaryFolder()
    let endpoint = folder.endpoint()
    try await withRunningLoop { loop in
      let arrived = Recorder<UInt16>()
      try await loop.perform { try Self.answerThrice(manner, on: loop, at: endpoint, arrived) }
      let peer = try Socket(context: Context(), kind: .dealer)
      for option: SocketOption in [.sendHighWaterMark, .receiveHighWaterMark] {
        try peer.set(option, to: 0)
      }
      try peer.connect(endpoint)
      var answers = 0
      for number in 0..<UInt16(1_000) {
        try peer.post([[UInt8(number >> 8), UInt8(number & 255)]])
        while try peer.receive() != nil { answers += 1 }
      }
      while answers < 3_000 { answers += try peer.next().count }
      #expect(arrived.elements == Array(0..<1_000))
      #expect(answers == 3_000)
    }
  }

  /// Registers a router that answers each message three times and records its number.
  private static func answerThrice(
    _ manner: Manner, on loop: ZeroMQLoop, at endpoint: String, _ arrived: Recorder<UInt16>
  ) throws {
    let router = try Socket(context: Context(), kind: .router)
    for option: SocketOption in [.sendHighWaterMark, .receiveHighWaterMark] {
      try router.set(option, to: 0)
    }
    try router.set(.routerMandatory, to: true)
    try router.bind(endpoint)
    try loop.register(router) {
      manner.receive(from: router) { message in
        let number = message.bytes(ofPart: 1)
        arrived.append(UInt16(number[0]) << 8 | UInt16(number[1]))
        let peer = message.takeMessage(fromPart: 0)
        for answer in UInt8(0)..<3 {
          let outcome = try router.send([peer, Message([answer])])
          #expect(outcome == .sent)
        }
      }
    }
  }

  @Test("share the loop: a flood on one does not starve another", arguments: Manner.allCases)
  func flood(manner: Manner) async throws {
    try await withRunningLoop { loop in
      let arrived = Recorder<String>()
      try await loop.perform {
        let context = try Context()
        var senders: [Socket] = []
        for (name, count) in [("flood", 5_000), ("quiet", 1)] {
          let (pull, push) = try Self.inprocPair(named: name, in: context)
          for _ in 0..<count { #expect(try push.send([[0]]) == .sent) }
          senders.append(push)
          try loop.register(pull) { [senders] in
            withExtendedLifetime(senders) {
              manner.receive(from: pull) { _ in arrived.append(name) }
            }
          }
        }
      }
      let order = await arrived.wait(forCount: 5_001)
      let turn = try #require(order.firstIndex(of: "quiet"))
      #expect(turn <= 64)
      #expect(order.count == 5_001)
    }
  }

  /// Two sockets over inproc, where what is sent is there at once, without any limit.
  private static func inprocPair(
    named name: String, in context: Context
  ) throws -> (pull: Socket, push: Socket) {
    let pull = try Socket(context: context, kind: .pull)
    let push = try Socket(context: context, kind: .push)
    try pull.set(.receiveHighWaterMark, to: 0)
    try push.set(.sendHighWaterMark, to: 0)
    try pull.bind("inproc://" + name)
    try push.connect("inproc://" + name)
    return (pull, push)
  }

  @Test("are no longer served once unregistered, and may be registered again")
  func unregister() async throws {
    try await withRunningLoop { loop in
      let arrived = Recorder<String>()
      try await loop.perform {
        let (pull, push) = try Self.inprocPair(named: "again", in: Context())
        try loop.register(pull) { arrived.append("first handler") }
        #expect(
          try #require(throws: ZeroMQError.self) { try loop.register(pull) {} }.code == .wrongState)
        loop.unregister(pull)
        loop.unregister(pull)
        #expect(try push.send([[1]]) == .sent)
        try loop.register(pull) {
          withExtendedLifetime(push) {
            Manner.oneACall.receive(from: pull) { _ in arrived.append("second handler") }
          }
        }
      }
      #expect(await arrived.wait(forCount: 1) == ["second handler"])
    }
  }

  @Test("may be closed by their own handler")
  func closing() async throws {
    try await withRunningLoop { loop in
      let closed = Recorder<Bool>()
      try await loop.perform {
        let (pull, push) = try Self.inprocPair(named: "closing", in: Context())
        try loop.register(pull) {
          withExtendedLifetime(push) { pull.close() }
          closed.append(pull.isClosed)
        }
        #expect(try push.send([[1]]) == .sent)
        #expect(try push.send([[1]]) == .sent)
      }
      #expect(await closed.wait(forCount: 1) == [true])
      #expect(try await loop.perform { loop.isCurrent })
    }
  }

  @Test("are closed when their context shuts down")
  func shutdown() async throws {
    try await withRunningLoop { loop in
      let context = try Context()
      try await loop.perform {
        let socket = try Socket(context: context, kind: .pull)
        try loop.register(socket) { _ = try? socket.receive() }
      }
      // Returns only when the loop has closed the socket.
      context.terminate()
    }
  }
}

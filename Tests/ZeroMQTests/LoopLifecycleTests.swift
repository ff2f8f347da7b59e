import Synchronization
import Testing

@testable import ZeroMQ

@Suite("A loop's life", .timeLimit(.minutes(5)))
struct LoopLifecycleTests {
  private actor Resident {
    nonisolated let loop: ZeroMQLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private let ended: Recorder<Bool>

    init(loop: ZeroMQLoop, ended: Recorder<Bool>) { (self.loop, self.ended) = (loop, ended) }

    isolated deinit { ended.append(loop.isCurrent) }

    func ask() -> Bool { loop.isCurrent }
  }

  @Test("runs what was handed to it before it started")
  func beforeStart() async throws {
    let loop = try ZeroMQLoop()
    let ran = Recorder<Bool>()
    loop.execute { ran.append(loop.isCurrent) }
    try loop.start()
    try loop.start()
    #expect(await ran.wait(forCount: 1) == [true])
    loop.stop()
  }

  @Test("ends with its thread, which lets go of it")
  func stop() async throws {
    var loop: ZeroMQLoop? = try ZeroMQLoop()
    try loop?.start()
    weak let observed = loop
    loop?.stop()
    #expect(loop?.owner.load(ordering: .relaxed) == 0)
    loop?.stop()
    loop = nil
    #expect(observed == nil)
  }

  @Test("does not start again once stopped")
  func restart() throws {
    let loop = try ZeroMQLoop()
    try loop.start()
    loop.stop()
    let error = try #require(throws: ZeroMQError.self) { try loop.start() }
    #expect(error.code == .wrongState)
    #expect(error.description.contains("a stopped loop does not start again"))
  }

  @Test("runs what was queued before it stops")
  func queuedWork() throws {
    let loop = try ZeroMQLoop()
    let ran = Recorder<Int>()
    try loop.start()
    for number in 0..<100 { loop.execute { ran.append(number) } }
    loop.stop()
    #expect(ran.elements == Array(0..<100))
  }

  @Test("closes the sockets registered with it")
  func closesSockets() async throws {
    let folder = try TemporaryFolder()
    let (context, endpoint) = (try Context(), folder.endpoint())
    let loop = try ZeroMQLoop()
    try loop.start()
    try await loop.perform {
      let socket = try Socket(context: context, kind: .pull)
      try socket.bind(endpoint)
      try loop.register(socket) { _ = try? socket.receive() }
    }
    loop.stop()
    // Returns only when no socket is open.
    context.terminate()
  }

  @Test("may be stopped from its own thread")
  func ownThread() async throws {
    let loop = try ZeroMQLoop()
    try loop.start()
    let stopped = Recorder<Bool>()
    loop.execute {
      loop.stop()
      stopped.append(loop.isCurrent)
    }
    #expect(await stopped.wait(forCount: 1) == [true])
  }

  @Test("lets no task hang that comes after its end, and keeps to one thread at a time")
  func lateWork() async throws {
    let loop = try ZeroMQLoop()
    try loop.start()
    let ended = Recorder<Bool>()
    let resident = Resident(loop: loop, ended: ended)
    loop.stop()
    let answers = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<100 { group.addTask { await resident.ask() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers == Array(repeating: true, count: 100))
  }

  @Test("runs an actor's isolated deinit, also after its end", arguments: [true, false])
  func isolatedDeinit(stopsFirst: Bool) async throws {
    let loop = try ZeroMQLoop()
    try loop.start()
    let ended = Recorder<Bool>()
    do {
      let resident = Resident(loop: loop, ended: ended)
      #expect(await resident.ask())
      if stopsFirst { loop.stop() }
    }
    #expect(await ended.wait(forCount: 1) == [true])
    loop.stop()
  }

  @Test("runs what a loop that was never started was given, when it is stopped")
  func neverStarted() async throws {
    let loop = try ZeroMQLoop()
    let ran = Recorder<Bool>()
    loop.execute { ran.append(true) }
    loop.stop()
    #expect(await ran.wait(forCount: 1) == [true])
  }

  @Test("refuses to watch anything after its end")
  func lateRegistration() async throws {
    let loop = try ZeroMQLoop()
    try loop.start()
    loop.stop()
    let error = try await #require(throws: ZeroMQError.self) {
      try await loop.perform {
        try loop.register(Socket(context: Context(), kind: .pull)) {}
      }
    }
    #expect(error.code == .wrongState)
  }
}

import Testing
import ZeroMQ

@Suite("A loop as an executor", .timeLimit(.minutes(5)))
struct LoopExecutorTests {
  /// An actor that owns a socket, as the orchestrator's do.
  private actor Owner {
    nonisolated let loop: ZeroMQLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private var received = 0
    private var socket: Socket?

    init(loop: ZeroMQLoop) { self.loop = loop }

    var isOnLoop: Bool { loop.isCurrent }

    /// Counts messages in the socket's handler, which is inside the actor without a hop.
    func open(at endpoint: String, _ counts: Recorder<Int>) throws {
      let socket = try Socket(context: Context(), kind: .pull)
      try socket.bind(endpoint)
      self.socket = socket
      try loop.register(socket) {
        while (try? socket.receive()) != nil {
          self.received += 1
          counts.append(self.received)
        }
      }
    }

    nonisolated func touchFromHandler() -> Bool { assumeIsolated { $0.loop.isCurrent } }

    func close() { socket?.close() }
  }

  /// An actor of the ordinary kind.
  private actor Elsewhere {
    private var value = 0
    func next() -> Int {
      value += 1
      return value
    }
  }

  @Test("runs an actor, and the handlers of its sockets inside of it")
  func actor() async throws {
    let folder = try TemporaryFolder()
    let endpoint = folder.endpoint()
    try await withRunningLoop { loop in
      let owner = Owner(loop: loop)
      let counts = Recorder<Int>()
      #expect(await owner.isOnLoop)
      try await owner.open(at: endpoint, counts)
      let peer = try Socket(context: Context(), kind: .push)
      try peer.connect(endpoint)
      for _ in 0..<3 { try peer.post([[1]]) }
      #expect(await counts.wait(forCount: 3) == [1, 2, 3])
      await owner.close()
    }
  }

  @Test("lets a closure on its thread assume an actor's isolation, outside of any task")
  func assumeIsolated() async throws {
    try await withRunningLoop { loop in
      let owner = Owner(loop: loop)
      let result = Recorder<Bool>()
      loop.execute { result.append(owner.touchFromHandler()) }
      #expect(await result.wait(forCount: 1) == [true])
      #expect(loop.isIsolatingCurrentContext() == false)
    }
  }

  @Test("resumes a task that prefers it, after awaiting what others resume")
  func preference() async throws {
    try await withRunningLoop { loop in
      let places = await Task(executorPreference: loop) {
        var places = [loop.isCurrent]
        await withCheckedContinuation { continuation in
          Task.detached {
            #expect(!loop.isCurrent)
            continuation.resume()
          }
        }
        places.append(loop.isCurrent)
        _ = await Elsewhere().next()
        places.append(loop.isCurrent)
        places.append(await Owner(loop: loop).isOnLoop)
        places.append(loop.isCurrent)
        return places
      }.value
      #expect(places == [true, true, true, true, true])
    }
  }

  @Test("keeps ordinary actors exclusive when tasks that prefer it enter them")
  func ordinaryActor() async throws {
    try await withRunningLoop { loop in
      let elsewhere = Elsewhere()
      let values = await withTaskGroup(of: Int.self) { group in
        for index in 0..<200 {
          group.addTask(executorPreference: index.isMultiple(of: 2) ? loop : nil) {
            await elsewhere.next()
          }
        }
        return await group.reduce(into: Set<Int>()) { $0.insert($1) }
      }
      #expect(values == Set(1...200))
    }
  }

  @Test("runs all that many threads hand to it, each one's in order")
  func manyThreads() async throws {
    try await withRunningLoop { loop in
      let ran = Recorder<(thread: Int, number: Int)>()
      await withTaskGroup { group in
        for thread in 0..<8 {
          group.addTask {
            for number in 0..<1_000 { loop.execute { ran.append((thread, number)) } }
          }
        }
      }
      let all = await ran.wait(forCount: 8_000)
      #expect(all.count == 8_000)
      for thread in 0..<8 {
        #expect(all.filter { $0.thread == thread }.map(\.number) == Array(0..<1_000))
      }
    }
  }

  @Test("serves sockets and timers though jobs never end")
  func endlessJobs() async throws {
    try await withRunningLoop { loop in
      let busy = Task(executorPreference: loop) {
        while !Task.isCancelled { await Task.yield() }
      }
      let fired = Recorder<Bool>()
      try await loop.perform { _ = loop.setTimer(after: .milliseconds(1)) { fired.append(true) } }
      await fired.wait(forCount: 1)
      busy.cancel()
      await busy.value
    }
  }
}

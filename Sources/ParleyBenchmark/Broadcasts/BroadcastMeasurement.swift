import Glibc
import KernelProtocol
import Parley
import ZeroMQ

/// One event to many kernels that subscribe to it, and one message to as many processes in C, by turns in each round.
///
/// An event begins with `emit` in the host, and so the broker's work, the trace and the signature are in its figures.
/// - It is read when the last kernel has it verified and decoded. This has a target; its floor is PUB and SUB alone. Whoever has
///   read it asks for its plugin's turn at once, and so the last read it while the first are being served: on a machine with
///   few cores that is in the figure too.
/// - It is handled when the last handler runs: by then each kernel has asked the orchestrator for its plugin's turn, and has got
///   it. So has each process of this figure's floor, by DEALER and ROUTER.
///
/// Looking at the clock and writing a note is in all figures. That a handler's reply arrives is in none.
struct BroadcastMeasurement {
  /// How many kernels there are, with a plugin each.
  static let subscribers = 100
  /// What a kernel and a process of the floor take here: five and two, and some are on their way.
  private static let descriptorsEach = 8

  private let kernel: BenchedKernel
  private let bench: Workbench
  private let pipe: ArrivalPipe
  private let floor: BroadcastFloor
  private var reads = Series()
  private var handlings = Series()
  private var floors = Series()
  private var floorsWithTurns = Series()

  /// Starts the kernels and the floor's processes.
  init(_ kernel: BenchedKernel, _ writer: PluginFolderWriter) async throws {
    try Self.checkDescriptors()
    self.kernel = kernel
    pipe = try ArrivalPipe(path: writer.path + "/arrivals")
    let names = (1...Self.subscribers).map { "\(kernel.name)_\($0)" }
    let folder = try writer.writeSubscribers(names, kernel: kernel.name, pipe: pipe.path)
    bench = try await Workbench.open()
    do {
      _ = try await bench.orchestrator.declare(BroadcastMessage.event, of: JSONValue.self)
      try await bench.start(folder)
      floor = try BroadcastFloor(in: writer.path, subscribers: Self.subscribers)
    } catch {
      await bench.close()
      throw error
    }
  }

  /// libzmq ends the whole program when it can accept no connection for want of a descriptor.
  private static func checkDescriptors() throws(BenchmarkError) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    let needed = subscribers * descriptorsEach
    guard limit.rlim_cur < needed else { return }
    throw .plugin(
      "\(needed) descriptors are needed, and \(limit.rlim_cur) allowed: `ulimit -n \(needed)`")
  }

  /// Ends the kernels.
  func close() async { await bench.close() }

  /// Lets everyone see a few events, and measures the rounds.
  mutating func measure(_ scale: BenchmarkScale) async throws {
    for _ in 0..<scale.events { _ = try await emit() }
    for _ in 0..<scale.rounds { try await measureRound(scale.events) }
  }

  private mutating func measureRound(_ count: Int) async throws {
    let plain = try await Self.median(of: count) { try await floor.publish() }
    let withTurns = try await Self.median(of: count) { try await floor.publishWithTurns() }
    var (read, handled): ([Double], [Double]) = ([], [])
    for _ in 0..<count {
      let times = try await emit()
      if let time = times.read { read.append(time) }
      handled.append(times.handled)
    }
    floors.append(plain, floor: plain)
    floorsWithTurns.append(withTurns, floor: plain)
    if !read.isEmpty { reads.append(Samples(read).median, floor: plain) }
    handlings.append(Samples(handled).median, floor: withTurns)
  }

  /// Emits one event.
  ///
  /// - Returns: microseconds until the last kernel had read it, when they tell, and until the last handler ran.
  private func emit() async throws -> (read: Double?, handled: Double) {
    let start = try await bench.client.emit(
      BroadcastMessage.event, to: Self.subscribers, BroadcastMessage.payload)
    let arrivals = try await pipe.arrivals(Self.subscribers)
    let read = arrivals.map(\.reached).max() ?? 0
    let handled = arrivals.map(\.handled).max() ?? start
    return (
      read > start ? Double(read - start) / 1_000 : nil, Double(handled - start) / 1_000
    )
  }

  private static func median(
    of count: Int, _ body: () async throws -> Double
  ) async throws -> Double {
    var times: [Double] = []
    for _ in 0..<count { times.append(try await body()) }
    return Samples(times).median
  }

  /// The figures, after at least one round.
  var rows: [Row] {
    let count = Self.subscribers
    return [
      Row(
        what: "floor: one message to \(count) processes in C", subject: "", value: floors.value,
        unit: .microseconds, ratio: 1, note: "PUB and SUB"),
      Row(
        what: "floor: the same, each given its turn", subject: "", value: floorsWithTurns.value,
        unit: .microseconds, ratio: floorsWithTurns.ratio, note: "DEALER and ROUTER besides"),
    ] + (reads.isEmpty ? [] : [rowOfReads])
      + [
        Row(
          what: "one event handled by \(count) kernels", subject: kernel.name,
          value: handlings.value, unit: .microseconds, ratio: handlings.ratio,
          note: "from the emit until the last handler runs; its floor has turns too")
      ]
  }

  private var rowOfReads: Row {
    Row(
      what: "one event to \(Self.subscribers) kernels", subject: kernel.name, value: reads.value,
      unit: .microseconds, ratio: reads.ratio, target: .atMost(1.3),
      note: "from the emit until the last has read it")
  }
}

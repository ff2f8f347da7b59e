import Foundation
import KernelManagement

/// One run: everything that `make bench` measures.
struct Benchmark {
  let scale: BenchmarkScale
  let parts: Set<BenchmarkPart>
  /// The kernels to measure; all when empty.
  let chosen: Set<String>
  private let progress = Progress()
  private var result = BenchmarkResult()

  init(scale: BenchmarkScale, parts: Set<BenchmarkPart>, kernels: Set<String>) {
    self.scale = scale
    chosen = kernels
    self.parts = parts
  }

  /// Measures everything; kernels that would not start are named and left out.
  mutating func run() async throws -> BenchmarkResult {
    if parts.contains(.broker) { try measureBroker() }
    if parts.contains(.events) { try await measureEvents() }
    if parts.contains(.schemas) { try measureSchemas() }
    guard !parts.isDisjoint(with: [.broadcasts, .calls, .traces, .streams, .starts]) else {
      return result
    }
    let kernels = try await usableKernels()
    let writer = try PluginFolderWriter()
    if parts.contains(.broadcasts) { try await measureBroadcasts(kernels, writer) }
    if parts.contains(.calls) { try await measureKernels(kernels, writer) }
    if parts.contains(.traces) { try await measureTraces(kernels, writer) }
    if parts.contains(.streams) { try await measureStreams(kernels, writer) }
    if parts.contains(.starts) { try await measureStarts(kernels, writer) }
    return result
  }

  private mutating func usableKernels() async throws -> [BenchedKernel] {
    let environment = ProcessInfo.processInfo.environment
    let files = try InstalledFiles.find(configured: nil, environment: environment)
    let specs = KernelSpecFinder(explicit: [files.kernels], environment: environment).catalog()
      .specs
      .filter { $0.shim != nil && PluginSource.file(for: $0.name, plugin: $0.name) != nil }
    let doctor = KernelDoctor(
      launcher: try KernelLauncher(launcherPath: files.launcher), environment: environment)
    var usable: [BenchedKernel] = []
    for (spec, diagnosis) in zip(specs, await doctor.examine(specs))
    where chosen.isEmpty || chosen.contains(spec.name) {
      switch diagnosis.status {
      case .ready: usable.append(BenchedKernel(spec))
      case .missing(let what): result.skipped.append((spec.name, "\(what) is missing"))
      case .broken(let why): result.skipped.append((spec.name, why))
      }
    }
    guard !usable.isEmpty else { throw BenchmarkError.noKernel }
    return usable
  }

  private mutating func measureBroker() throws {
    progress.step("the broker alone")
    for extent in BrokerMeasurement.Extent.allCases {
      var measurement = try BrokerMeasurement(extent)
      _ = try measurement.run(calls: scale.routed / 10, inFlight: scale.inFlight)
      let rates = try (0..<scale.rounds).map { _ in
        try measurement.run(calls: scale.routed / scale.rounds / 2, inFlight: scale.inFlight)
      }
      result.rows.append(
        Row(
          what: extent.rawValue, subject: "", value: Samples(rates).median, unit: .perSecond,
          target: extent.target, note: "routed messages"))
    }
  }

  private mutating func measureEvents() async throws {
    progress.step("queued and durable events")
    var queued = try QueuedMeasurement()
    _ = try queued.run(events: scale.routed / 20, inFlight: scale.inFlight)
    let rates = try (0..<scale.rounds).map { _ in
      try queued.run(events: scale.routed / scale.rounds / 4, inFlight: scale.inFlight)
    }
    var durable: [DurableMeasurement.Rates] = []
    for _ in 0..<scale.rounds {
      durable.append(
        try await DurableMeasurement().run(events: scale.durable, inFlight: scale.inFlight))
    }
    result.rows += [
      ("queued events, broker alone, in memory", rates, "emitted, started and handled"),
      ("durable events stored", durable.map(\.stored), "64 in flight, each on the disk"),
      (
        "durable events served to one plugin", durable.map(\.served),
        "begun and acknowledged in turn"
      ),
    ].map { what, rates, note in
      Row(
        what: what, subject: "", value: Samples(rates).median, unit: .perSecond, note: note)
    }
  }

  private mutating func measureSchemas() throws {
    progress.step("validating against a schema")
    let measured = try SchemaMeasurement(seconds: scale.validation).rows(rounds: scale.rounds)
    result.rows += measured.rows
    for (name, reason) in measured.missing {
      progress.step("skipped: \(name), \(reason)")
    }
  }

  /// Of Lua, whose kernels are the smallest, or else of the first that there is.
  private mutating func measureBroadcasts(
    _ kernels: [BenchedKernel], _ writer: PluginFolderWriter
  ) async throws {
    guard let kernel = kernels.first(where: { $0.name == "lua" }) ?? kernels.first else { return }
    let count = BroadcastMeasurement.subscribers
    progress.step("one event to \(count) kernels")
    var measurement: BroadcastMeasurement
    do {
      measurement = try await BroadcastMeasurement(kernel, writer)
    } catch {
      result.skipped.append((kernel.name, "one event to \(count) of them: \(error)"))
      return
    }
    try await measurement.measure(scale)
    await measurement.close()
    result.rows += measurement.rows
  }

  private mutating func measureKernels(
    _ kernels: [BenchedKernel], _ writer: PluginFolderWriter
  ) async throws {
    let floor = try Floor(in: writer.path)
    let plugins = kernels.flatMap {
      [($0.serial, $0.name, false), ($0.concurrent, $0.name, true)]
    }
    let bench = try await Workbench.open()
    progress.step("\(plugins.count) kernels start")
    try await bench.start(try writer.write("calls", plugins))
    var rounds = kernels.indices.map { index in
      KernelRounds(kernels[index], neighbour: kernels[(index + 1) % kernels.count])
    }
    for kernel in rounds { try await kernel.warmUp(bench, scale) }
    try await measure(&rounds, bench, floor)
    result.rows += try await MemoryMeasurement.rows(bench, kernels)
    await bench.close()
  }

  private mutating func measure(
    _ kernels: inout [KernelRounds], _ bench: Workbench, _ floor: Floor
  ) async throws {
    var (medians, percentiles, rates) = (Series(), Series(), Series())
    for number in 1...scale.rounds {
      progress.step("round \(number) of \(scale.rounds)")
      for index in kernels.indices {
        let round = try FloorRound(floor, scale)
        medians.append(round.median, floor: round.median)
        percentiles.append(round.percentile99, floor: round.median)
        rates.append(round.rate, floor: round.rate)
        try await kernels[index].measure(bench, round, scale)
      }
    }
    result.rows += [
      Row(
        what: "floor: round trip in C, median", subject: "", value: medians.value,
        unit: .microseconds, ratio: 1),
      Row(
        what: "floor: round trip in C, 99th percentile", subject: "", value: percentiles.value,
        unit: .microseconds, ratio: percentiles.ratio),
      Row(
        what: "floor: round trips with 64 in flight", subject: "", value: rates.value,
        unit: .perSecond, ratio: 1),
    ]
    let rows = kernels.map(\.rows)
    for index in rows[0].indices { result.rows += rows.map { $0[index] } }
  }

  private mutating func measureTraces(
    _ kernels: [BenchedKernel], _ writer: PluginFolderWriter
  ) async throws {
    let plugins = kernels.flatMap { [($0.serial, $0.name, false), ($0.concurrent, $0.name, true)] }
    let folder = try writer.write("traces", plugins)
    let tracing = try await TracingMeasurement(scale, plugins: folder)
    for kernel in kernels {
      progress.step("calls to \(kernel.name) with and without traces")
      result.rows += try await tracing.rows(of: kernel)
    }
    await tracing.close()
  }

  private mutating func measureStreams(
    _ kernels: [BenchedKernel], _ writer: PluginFolderWriter
  ) async throws {
    let bench = try await Workbench.open()
    try await bench.start(
      try writer.write("streams", kernels.map { ($0.serial, $0.name, false) }))
    let streams = StreamMeasurement(bench: bench, items: scale.items)
    for index in kernels.indices {
      progress.step("\(scale.items) items from and to \(kernels[index].name)")
      result.rows += try await streams.rows(
        of: kernels[index], from: kernels[(index + 1) % kernels.count])
    }
    await bench.close()
  }

  private mutating func measureStarts(
    _ kernels: [BenchedKernel], _ writer: PluginFolderWriter
  ) async throws {
    let starts = StartMeasurement(scale: scale, writer: writer)
    for kernel in kernels {
      progress.step("starts of \(kernel.name)")
      result.rows.append(try await starts.row(of: kernel))
    }
    result.rows.append(try await starts.rowTogether(kernels))
  }
}

import KernelProtocol
import Parley
import ZeroMQ

/// From the launch of a kernel to its first reply, and the bare interpreter beside it.
struct StartMeasurement {
  let scale: BenchmarkScale
  let writer: PluginFolderWriter

  /// One kernel: what its start takes beyond the start of the interpreter that runs it.
  func row(of kernel: BenchedKernel) async throws -> Row {
    let plugin = (name: kernel.serial, kernel: kernel.name, isConcurrent: false)
    let folder = try writer.write("start-\(kernel.name)", [plugin])
    var (starts, bares): ([Double], [Double]) = ([], [])
    for _ in 0..<scale.starts {
      bares.append(try await milliseconds { try ChildProcess(kernel.bareInterpreter).wait() })
      starts.append(try await start(folder, method: kernel.serial + ".echo"))
    }
    let (start, bare) = (Samples(starts).median, Samples(bares).median)
    return Row(
      what: "start to first reply, over the bare interpreter", subject: kernel.name,
      value: start - bare, unit: .milliseconds,
      target: .atMost(kernel.name == "node" ? 40 : 15, .value),
      note: "\(Unit.milliseconds.text(start)), bare \(Unit.milliseconds.text(bare))")
  }

  /// All kernels at once, until each plugin has started.
  func rowTogether(_ kernels: [BenchedKernel]) async throws -> Row {
    let plugins = kernels.map { (name: $0.serial, kernel: $0.name, isConcurrent: false) }
    let folder = try writer.write("start-together", plugins)
    var times: [Double] = []
    for _ in 0..<scale.starts {
      let bench = try await Workbench.open()
      times.append(try await milliseconds { try await bench.start(folder) })
      await bench.close()
    }
    return Row(
      what: "\(kernels.count) kernels up together", subject: "", value: Samples(times).median,
      unit: .milliseconds, target: .atMost(500, .value))
  }

  private func start(_ folder: String, method: String) async throws -> Double {
    let bench = try await Workbench.open()
    let time = try await milliseconds {
      _ = try await bench.orchestrator.startPlugins(in: folder)
      _ = try await bench.client.call(method, FloorMessage.parameters)
    }
    await bench.close()
    return time
  }

  private func milliseconds(_ body: () async throws -> Void) async throws -> Double {
    let start = MonotonicClock.now()
    try await body()
    return Double(MonotonicClock.now() - start) / 1e6
  }
}

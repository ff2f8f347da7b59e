import Glibc
import KernelManagement
import KernelProtocol

/// What processes hold in memory after all those calls.
enum MemoryMeasurement {
  /// The kernels, each with its plugin, and this process, in which the orchestrator is.
  static func rows(_ bench: Workbench, _ kernels: [BenchedKernel]) async throws -> [Row] {
    let plugins = try await bench.plugins()
    let held = kernels.compactMap { kernel -> Row? in
      let plugin = plugins.first { $0["plugin"]?.stringValue == kernel.serial }
      return plugin?["memory"]?.intValue.map { row("memory of a kernel", kernel.name, $0) }
    }
    let own = ResidentMemory.bytes(getpid()) ?? 0
    return held + [row("memory of orchestrator and benchmark", "", own)]
  }

  private static func row(_ what: String, _ subject: String, _ bytes: Int) -> Row {
    Row(what: what, subject: subject, value: Double(bytes) / 1e6, unit: .megabytes)
  }
}

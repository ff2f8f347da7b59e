import KernelManagement
import ZeroMQ

extension Orchestrator {
  /// How often gauges are read, in seconds.
  private static let gaugeInterval: Double = 5

  /// Tells the application's own tracing and metrics of a frame that has ended.
  func measure(_ span: EndedFrame) {
    tracer?.end(span)
    metrics?.ended(span)
  }

  /// Begins to read the gauges, when there is somebody to read them for.
  func beginMeasuring() {
    guard metrics != nil else { return }
    readGauges()
  }

  private func readGauges() {
    metrics?.frames(broker.frameCount)
    let processes = plugins.values.compactMap { plugin in
      peers[plugin.connection]?.process.map { (plugin.manifest.name, $0.pid) }
    }
    Task {
      // Files are read elsewhere than on the loop's thread.
      let sizes = await Task.detached {
        processes.compactMap { name, pid in ResidentMemory.bytes(pid).map { (name, $0) } }
      }.value
      for (name, bytes) in sizes { metrics?.memory(bytes, of: name) }
    }
    guard !isStopped else { return }
    gaugeTimer = loop.setTimer(after: .seconds(Self.gaugeInterval)) { [weak self] in
      self?.assumeIsolated { $0.readGauges() }
    }
  }
}

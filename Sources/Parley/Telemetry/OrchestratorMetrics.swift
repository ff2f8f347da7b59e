import Broker
import CoreMetrics
import KernelProtocol

/// What an orchestrator counts and measures for the metrics that the application has bootstrapped (swift-metrics). For use on the
/// loop alone.
///
/// | label | what | dimensions |
/// |---|---|---|
/// | `parley.calls` | counter of calls that have ended | `plugin`, `outcome` |
/// | `parley.call.duration` | timer, from the request to the outcome | `plugin`, `outcome` |
/// | `parley.events` | counter of events emitted | `event` |
/// | `parley.handlers` | counter of event handlers that have ended | `plugin`, `outcome` |
/// | `parley.drops` | counter of messages not acted on | `reason` |
/// | `parley.frames` | gauge: handlers that wait or run | |
/// | `parley.memory` | gauge: resident bytes of a kernel | `plugin` |
final class OrchestratorMetrics {
  private struct Key: Hashable {
    let label: String
    let first: String
    var second = ""
  }

  private let factory: any MetricsFactory
  private var counters: [Key: Counter] = [:]
  private var timers: [Key: Timer] = [:]
  private var gauges: [Key: Gauge] = [:]

  /// The metrics that were bootstrapped; nil when there are none, so that nothing is paid for.
  static func ofApplication() -> OrchestratorMetrics? {
    let factory = MetricsSystem.factory
    guard !(factory is NOOPMetricsHandler) else { return nil }
    return OrchestratorMetrics(factory)
  }

  private init(_ factory: any MetricsFactory) { self.factory = factory }

  /// A frame has ended, or an event was emitted.
  func ended(_ span: EndedFrame) {
    if span.name.hasPrefix("emit ") {
      return counter(Key(label: "parley.events", first: String(span.name.dropFirst(5))), ["event"])
        .increment()
    }
    let (plugin, outcome) = (span.plugin, span.outcome.rawValue)
    let names = ["plugin", "outcome"]
    if span.name.hasPrefix("on ") {
      counter(Key(label: "parley.handlers", first: plugin, second: outcome), names).increment()
    } else if span.caller != nil {
      counter(Key(label: "parley.calls", first: plugin, second: outcome), names).increment()
      timer(Key(label: "parley.call.duration", first: plugin, second: outcome), names)
        .recordNanoseconds(Int64(span.seconds * 1e9))
    }
  }

  /// A message was not acted on.
  func dropped(_ reason: DropReason) {
    counter(Key(label: "parley.drops", first: reason.word), ["reason"]).increment()
  }

  /// How many handlers wait or run.
  func frames(_ count: Int) {
    gauge(Key(label: "parley.frames", first: ""), []).record(count)
  }

  /// How much memory a plugin's kernel uses.
  func memory(_ bytes: Int, of plugin: String) {
    gauge(Key(label: "parley.memory", first: plugin), ["plugin"]).record(bytes)
  }

  private func counter(_ key: Key, _ names: [String]) -> Counter {
    if let known = counters[key] { return known }
    let made = Counter(label: key.label, dimensions: dimensions(key, names), factory: factory)
    counters[key] = made
    return made
  }

  private func timer(_ key: Key, _ names: [String]) -> Timer {
    if let known = timers[key] { return known }
    let made = Timer(label: key.label, dimensions: dimensions(key, names), factory: factory)
    timers[key] = made
    return made
  }

  private func gauge(_ key: Key, _ names: [String]) -> Gauge {
    if let known = gauges[key] { return known }
    let made = Gauge(label: key.label, dimensions: dimensions(key, names), factory: factory)
    gauges[key] = made
    return made
  }

  private func dimensions(_ key: Key, _ names: [String]) -> [(String, String)] {
    Array(zip(names, [key.first, key.second]))
  }
}

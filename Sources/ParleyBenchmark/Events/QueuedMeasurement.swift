import Broker
import KernelProtocol

/// How many queued events the broker delivers a second, in memory: from the emit to the end of the subscriber's handler.
///
/// Processor time is counted; making what kernels would send is not.
struct QueuedMeasurement {
  private var rig: BrokerRig
  private var elapsed: UInt64 = 0

  init() throws {
    rig = try BrokerRig()
    try rig.subscribe()
  }

  /// Emits events and lets them be handled.
  ///
  /// - Parameter inFlight: how many at a time.
  /// - Returns: events a second.
  mutating func run(events: Int, inFlight: Int) throws -> Double {
    elapsed = 0
    let rounds = max(1, events / inFlight)
    for _ in 0..<rounds {
      feed(rig.makeEmits(inFlight), from: rig.caller.connection)
      let delivered = rig.delivered
      guard delivered.count == inFlight else {
        throw BenchmarkError.plugin("The broker lost \(inFlight - delivered.count) events.")
      }
      feed(rig.makeStarts(of: delivered), from: rig.callee.connection)
      feed(rig.makeEventReplies(to: delivered), from: rig.callee.connection)
    }
    guard rig.broker.isIdle else {
      throw BenchmarkError.plugin("The broker still keeps events that were handled.")
    }
    return Double(rounds * inFlight) / (Double(elapsed) / 1e9)
  }

  private mutating func feed(_ envelopes: [Envelope], from peer: ConnectionID) {
    let start = ProcessorClock.thread()
    rig.clear()
    for envelope in envelopes { rig.receive(envelope, from: peer) }
    elapsed += ProcessorClock.thread() - start
  }
}

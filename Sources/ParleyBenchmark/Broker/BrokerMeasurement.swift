import Broker
import KernelProtocol

/// How many messages the broker routes a second, in memory: calls from plugin to plugin and their replies, 64 in flight.
///
/// Three times: the state machine alone, whose messages are read already; with reading and writing the frames; and with
/// verifying and signing them as well. Processor time is counted, and making what kernels would send is not.
struct BrokerMeasurement {
  /// How much of a message's way is gone.
  enum Extent: String, CaseIterable {
    case routing = "broker alone, in memory"
    case frames = "broker, from frames to frames"
    case signed = "broker, with verify and sign"

    var target: Target? {
      switch self {
      case .routing: .atLeast(1_000_000)
      case .frames: nil
      case .signed: .atLeast(200_000)
      }
    }
  }

  let extent: Extent
  private let signer: Signer
  private var rig: BrokerRig
  private var elapsed: UInt64 = 0
  private var routed = 0

  init(_ extent: Extent) throws {
    self.extent = extent
    signer = Signer(key: extent == .signed ? "0123456789abcdef0123456789abcdef" : "")
    rig = try BrokerRig()
  }

  /// Routes calls and their replies.
  ///
  /// - Returns: messages a second.
  mutating func run(calls: Int, inFlight: Int) throws -> Double {
    (elapsed, routed) = (0, 0)
    for _ in 0..<max(1, calls / inFlight) {
      rig.clear()
      let requests = rig.makeCalls(inFlight)
      try route(requests, from: rig.caller.connection)
      let replies = rig.makeReplies()
      clear()
      try route(replies, from: rig.callee.connection)
      guard rig.replyCount == inFlight else {
        throw BenchmarkError.plugin("The broker lost \(inFlight - rig.replyCount) calls.")
      }
      clear()
    }
    return Double(routed) / (Double(elapsed) / 1e9)
  }

  /// Frames that are still kept by the broker; 0 when all calls have been answered.
  var frameCount: Int { rig.broker.frameCount }

  private mutating func route(_ envelopes: [Envelope], from peer: ConnectionID) throws {
    routed += envelopes.count
    guard extent != .routing else {
      let start = ProcessorClock.thread()
      for envelope in envelopes { rig.receive(envelope, from: peer) }
      elapsed += ProcessorClock.thread() - start
      return
    }
    let messages = envelopes.map { $0.encode(signer: signer) }
    var byteCount = 0
    let start = ProcessorClock.thread()
    for message in messages {
      rig.receive(try Envelope.decode(message, signer: signer), from: peer)
    }
    for case .send(_, let envelope) in rig.effects {
      byteCount += envelope.encode(signer: signer).count
    }
    elapsed += ProcessorClock.thread() - start
    guard byteCount > 0 else { throw BenchmarkError.plugin("The broker sent nothing.") }
  }

  /// What was sent goes, as it does when it has been sent.
  private mutating func clear() {
    let start = ProcessorClock.thread()
    rig.clear()
    elapsed += ProcessorClock.thread() - start
  }
}

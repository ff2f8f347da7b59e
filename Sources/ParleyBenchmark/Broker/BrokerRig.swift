import Broker
import KernelProtocol

/// A broker with two plugins, of which one calls the other, and nothing around it: what a kernel would send is made here.
struct BrokerRig {
  private(set) var broker = Broker(
    configuration: BrokerConfiguration(session: "o-0123456789abcdef"))
  private(set) var effects: [BrokerEffect] = []
  var caller = SimulatedPeer(connection: ConnectionID(1), plugin: "caller")
  var callee = SimulatedPeer(connection: ConnectionID(2), plugin: "callee")
  /// Nanoseconds; a microsecond passes with every message.
  private var time: UInt64 = 1

  static let method = "callee.echo"
  private static let date = "2026-01-02T03:04:05.678Z"

  /// Declares the plugins and brings them up.
  init() throws {
    caller = try connected(caller)
    callee = try connected(callee)
    guard broker.isGreeted(caller.connection), broker.isGreeted(callee.connection) else {
      throw BenchmarkError.plugin("The broker did not greet its simulated kernels.")
    }
  }

  /// Gives the broker one message; what it wants done is kept in ``effects``.
  mutating func receive(_ envelope: Envelope, from peer: ConnectionID) {
    handle(.receive(peer, envelope))
  }

  /// Forgets what the broker wanted done.
  mutating func clear() { effects.removeAll(keepingCapacity: true) }

  /// Calls of the caller's, as its kernel would send them.
  mutating func makeCalls(_ count: Int) -> [Envelope] {
    (0..<count).map { _ in caller.makeCall(of: Self.method) }
  }

  /// The callee's replies to the calls that wait in ``effects``.
  mutating func makeReplies() -> [Envelope] {
    effects.compactMap { effect in
      guard case .send(callee.connection, let call) = effect else { return nil }
      return callee.makeReply(to: call, .callReply)
    }
  }

  /// How many replies that are ok wait in ``effects``.
  var replyCount: Int {
    effects.count { effect in
      guard case .send(caller.connection, let reply) = effect else { return false }
      return (try? MessageMetadata(reading: reply.metadata))?.outcome == .ok
    }
  }

  /// The events socket has read a nonce.
  mutating func confirm(nonce: String) { handle(.subscription(topic: nonce)) }

  private mutating func handle(_ input: BrokerInput) {
    time += 1_000
    broker.handle(
      input, at: Instant(nanoseconds: time), date: Self.date, into: &effects)
  }

  private mutating func connected(_ peer: SimulatedPeer) throws -> SimulatedPeer {
    var peer = peer
    let role = ConnectionRole.kernel(name: "none", language: "none", plugin: peer.plugin)
    handle(
      .declare(try peer.manifest(providing: Self.method), folder: "/", connection: peer.connection))
    handle(.connect(peer.connection, role))
    receive(peer.makeHello(), from: peer.connection)
    answer(.loadPlugin, by: &peer, with: .loadPluginReply)
    answer(.startPlugin, by: &peer, with: .startPluginReply)
    return peer
  }

  private mutating func answer(
    _ type: MessageType.Known, by peer: inout SimulatedPeer, with reply: MessageType.Known
  ) {
    let waiting = effects
    clear()
    for case .send(_, let request) in waiting where request.type.known == type {
      if type == .loadPlugin { receive(peer.makeProvide(Self.method), from: peer.connection) }
      receive(peer.makeReply(to: request, reply), from: peer.connection)
    }
  }
}

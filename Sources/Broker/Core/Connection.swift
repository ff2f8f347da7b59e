import KernelProtocol

/// What the broker keeps of one peer.
struct Connection {
  let id: ConnectionID
  let role: ConnectionRole
  /// Whether a kernel has said hello, so that it may be sent anything at all.
  var isGreeted = false
  /// Whether a ping that asks for a sign of life is open.
  var isAwaitingPong = false
  /// The calls it has made that are not answered, by the msg_id it gave them.
  var calls: [String: FrameKey] = [:]
  /// The frames that it runs or that wait for it.
  var frames: Set<FrameKey> = []
  /// Its subscriptions, by the ids it gave them, in order.
  var subscriptions: [String: Subscription] = [:]

  /// The plugin that it hosts.
  var plugin: String? {
    if case .kernel(_, _, let plugin) = role { plugin } else { nil }
  }

  /// Whether it may do everything.
  var isClient: Bool {
    if case .client = role { true } else { false }
  }

  /// The language of the kernel; empty for a client.
  var language: String {
    if case .kernel(_, let language, _) = role { language } else { "" }
  }

  /// How it is named to those whom it calls, and in traces.
  var principal: String {
    switch role {
    case .kernel(let name, _, let plugin): plugin ?? name
    case .client(let principal): principal
    }
  }
}

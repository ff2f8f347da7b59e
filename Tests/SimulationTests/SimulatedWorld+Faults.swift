import Broker
import KernelProtocol

/// What goes wrong.
extension SimulatedWorld {
  /// A kernel dies, with all that it has on its way.
  mutating func crash() {
    if let id = someKernel() { crash(id) }
  }

  /// One kernel dies.
  mutating func crash(_ id: ConnectionID) {
    kernels[id]?.isAlive = false
    kernels[id]?.handlers = []
    jobs.forget(kernels[id]?.open ?? [])
    shapes.forget(kernels[id]?.open ?? [])
    kernels[id]?.open = []
    if chance(0.5) { toBroker[id] = [] }
    while toBroker[id]?.isEmpty == false { deliverToBroker(from: id) }
    toKernel[id] = []
    input(.disconnect(id, ConnectionEnd(exit: .signalled("SIGKILL"))))
    toKernel[id] = []
  }

  /// A kernel replies to, or yields for, a call that is another's, or nobody's.
  mutating func forge() {
    guard let id = someKernel() else { return }
    let number = UInt64.random(in: 1...400, using: &random)
    let header = HeaderFactory(session: "o").make(.callRequest, date: "", number: number)
    guard kernels[id]?.handlers.contains(where: { $0.header.id == header.id }) == false else {
      return
    }
    var metadata = MessageMetadata()
    metadata.outcome = .ok
    metadata.sequence = 0
    let type: MessageType = chance(0.7) ? .callReply : .yieldItem
    post(type, from: id, parent: header, metadata: metadata, content: ["value": "forged"])
  }

  /// A kernel sends again what it has sent before.
  mutating func repeatMessage() {
    guard let id = someKernel(), let envelope = toBroker[id]?.last,
      envelope.type.known == .cancel || envelope.type.known == .creditWait
        || envelope.type.known == .unlock
    else { return }
    toBroker[id]?.append(envelope)
  }

  /// The client goes in the middle of its calls, and comes back.
  mutating func dropClient() {
    input(.disconnect(Self.client, ConnectionEnd(exit: .exited(code: 0))))
    clientOpen = []
    clientReadings = [:]
    input(.connect(Self.client, .client(principal: "client")))
  }

  private mutating func someKernel() -> ConnectionID? {
    let alive = kernels.values.filter(\.isAlive).map(\.connection)
    return alive.sorted { $0.number < $1.number }.randomElement(using: &random)
  }
}

import Broker
import KernelProtocol

/// A kernel of the simulation: handlers that run programs of steps, one step at a time, in any order.
struct SimulatedKernel {
  let connection: ConnectionID
  let manifest: PluginManifest
  /// Whether its handlers make one call at a time and read no streams, so that it need not tell what they wait for.
  let isSequential: Bool
  var headers: HeaderFactory
  var handlers: [SimulatedHandler] = []
  /// Events that wait for their grant, by the msg_id of the `event_start`.
  var ungranted: [String: Header] = [:]
  /// Requests of its own that have no reply, to check that each gets exactly one.
  var open: Set<String> = []
  /// The streams that it reads or has left, by the msg_id of the request, until their reply.
  var readings: [String: SimulatedReading] = [:]
  /// The sequence numbers of the events that it got, by event.
  var sequences: [String: Int] = [:]
  var isAlive = true

  init(connection: ConnectionID, manifest: PluginManifest, isSequential: Bool) {
    self.connection = connection
    self.manifest = manifest
    self.isSequential = isSequential
    headers = HeaderFactory(session: "k\(connection.number)")
  }

  /// The handlers that can do a step now.
  var runnable: [Int] { handlers.indices.filter { handlers[$0].wait == .nothing } }

  mutating func message(
    _ type: MessageType, parent: Header? = nil, metadata: MessageMetadata = MessageMetadata(),
    content: JSONValue = [:]
  ) -> Envelope {
    Envelope(
      header: headers.make(type, date: "2026-01-01T00:00:00.000Z"),
      parentHeader: parent?.bytes ?? Envelope.emptyObject, metadata: metadata.bytes,
      content: FrameBytes(json: content))
  }
}

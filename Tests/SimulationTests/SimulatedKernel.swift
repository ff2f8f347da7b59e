import Broker
import KernelProtocol

/// A kernel of the simulation: handlers that run programs of steps, one step at a time, in any order.
struct SimulatedKernel {
  let connection: ConnectionID
  let manifest: PluginManifest
  var headers: HeaderFactory
  var handlers: [SimulatedHandler] = []
  /// Events that wait for their grant, by the msg_id of the `event_start`.
  var ungranted: [String: Header] = [:]
  /// Requests of its own that have no reply, to check that each gets exactly one.
  var open: Set<String> = []
  /// The sequence numbers of the events that it got, by event.
  var sequences: [String: [Int]] = [:]
  var isAlive = true

  init(connection: ConnectionID, manifest: PluginManifest) {
    self.connection = connection
    self.manifest = manifest
    headers = HeaderFactory(session: "k\(connection.number)")
  }

  /// The handlers that can do a step now.
  var runnable: [Int] { handlers.indices.filter { handlers[$0].awaited == nil } }

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

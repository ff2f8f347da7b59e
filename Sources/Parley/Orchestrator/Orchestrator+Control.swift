import Broker
import KernelManagement
import KernelProtocol

extension Orchestrator {
  /// Something has happened on the socket of the commands.
  func controlEvent(_ event: PeerEvent) {
    switch event {
    case .arrived: break
    case .message(let routingID, let frames): controlMessage(frames, from: routingID)
    case .gone(let routingID):
      if let id = controllers.known(routingID) { controllerGone(id) }
    case .refused(_, let reason): refuse("a command", reason)
    }
  }

  /// A message from a command: it comes through the socket in the folder that only this user can open, so it needs no
  /// signature.
  private func controlMessage(_ frames: [FrameBytes], from routingID: [UInt8]) {
    let id = controllers.connection(of: routingID) { nextConnection() }
    if controllers.isNew(id) { handle(.connect(id, .client(principal: "operator"))) }
    do throws(EnvelopeError) {
      let envelope = try Envelope.decode(frames, signer: .unsigned)
      switch envelope.type.known {
      case .statusRequest: receiveStatus(envelope, from: id)
      case .deadLettersRequest: receiveDeadLetters(envelope, from: id)
      case .restartRequest: receiveRestart(envelope, from: id)
      case .reloadRequest: receiveReload(envelope, from: id)
      case .attachRequest: receiveAttach(envelope, from: id)
      case .shutdownRequest: controllerGone(id)
      default: handle(.receive(id, envelope))
      }
    } catch {
      refuse("a command", error.description)
    }
  }

  /// A command has ended, whether it said so or was killed: what it asked for is cancelled, and it listens no more.
  func controllerGone(_ id: ConnectionID) {
    controllers.remove(id)
    handle(.disconnect(id, ConnectionEnd(exit: .unknown)))
  }

  /// A client wants to know what runs.
  func receiveStatus(_ request: Envelope, from id: ConnectionID) {
    let content = try? JSONParser().parse(request.content)
    var status: JSONObject = [
      "pid": JSONValue(Int(ProcessID.own)), "plugins": .array(pluginStatus()),
      "frames": JSONValue(broker.frameCount),
      "dropped": .object(
        JSONObject(
          broker.dropCounts.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) })),
    ]
    status["application"] = applicationStatus()
    status["folder"] = pluginFolder.map(JSONValue.string)
    if content?["waits"]?.boolValue == true {
      status["waits"] = .array(broker.waitSentences().map(JSONValue.string))
    }
    answer(.statusReply, to: request, on: id, .object(status))
  }

  /// What the application itself offers to the plugins; nil when that is nothing.
  private func applicationStatus() -> JSONValue? {
    guard let manifest = ownManifest else { return nil }
    return [
      "name": .string(manifest.name), "language": "swift",
      "provides": JSONValue(manifest.provides.keys.sorted()),
      "streams": JSONValue(manifest.provides.filter(\.value.isStream).map(\.key).sorted()),
      "events": JSONValue(manifest.emits.keys.sorted()),
      "frames": JSONValue(broker.frameCount(of: manifest.name)),
    ]
  }

  private func pluginStatus() -> [JSONValue] {
    plugins.values.sorted { $0.manifest.name < $1.manifest.name }.map { plugin in
      let process = peers[plugin.connection]?.processID
      var row: JSONObject = [
        "plugin": .string(plugin.manifest.name), "version": .string(plugin.manifest.version),
        "kernel": .string(plugin.kernel), "language": .string(plugin.language),
        "state": .string(plugin.state.word),
        "provides": JSONValue(plugin.manifest.provides.keys.sorted()),
        "streams": JSONValue(
          plugin.manifest.provides.filter(\.value.isStream).map(\.key).sorted()),
        "frames": JSONValue(broker.frameCount(of: plugin.manifest.name)),
      ]
      if plugin.isAttached { row["attached"] = true }
      row["pid"] = process.map { JSONValue(Int($0)) }
      row["memory"] = process.flatMap { ResidentMemory.bytes($0) }.map { JSONValue($0) }
      row["error"] = plugin.state.error?.wire(includingOutcome: true)
      if let standing = broker.standing(of: plugin.manifest.name) {
        row["since"] = .string(clock.date(of: standing.since))
        row["restarts"] = JSONValue(standing.restarts)
      }
      return .object(row)
    }
  }
}

import Broker
import KernelManagement
import KernelProtocol

extension Orchestrator {
  /// A client wants a plugin's kernel started again; it is answered once the plugin serves, or does not come up.
  func receiveRestart(_ request: Envelope, from id: ConnectionID) {
    let name = (try? JSONParser().parse(request.content))?["plugin"]?.stringValue ?? ""
    Task {
      do throws(OutcomeError) {
        answer(.restartReply, to: request, on: id, try await restart(name))
      } catch {
        answer(.restartReply, to: request, on: id, error)
      }
    }
  }

  private func restart(_ name: String) async throws(OutcomeError) -> JSONValue {
    guard plugins[name] != nil else {
      let nearest = NearestNames.find(name, among: plugins.keys)
      throw OutcomeError(
        .invalidPayload, "There is no plugin \(name).", details: ["nearest": JSONValue(nearest)])
    }
    guard !isStopped else { throw OutcomeError(.unavailable, "The orchestrator is stopping.") }
    guard plugins[name]?.isAttached != true else {
      throw OutcomeError(
        .unavailable,
        "\(name) is attached: Parley did not start its process and cannot start it again. End the process, and attach it "
          + "anew with `parley attach`.")
    }
    handle(.restart(name))
    await wait { orchestrator in
      switch orchestrator.plugins[name]?.state {
      case .starting, .loading, .restarting: false
      case .started, .failed, .quarantined, .stopped, nil: true
      }
    }
    return try restarted(name)
  }

  private func restarted(_ name: String) throws(OutcomeError) -> JSONValue {
    guard let plugin = plugins[name], plugin.state == .started else {
      let error = plugins[name]?.state.error
      throw OutcomeError(
        .unavailable,
        "\(name) has not come up: \(error?.message ?? "the orchestrator has stopped")",
        details: error.map { ["cause": $0.wire(includingOutcome: true)] } ?? [:])
    }
    var reply: JSONObject = ["plugin": .string(name)]
    reply["pid"] = peers[plugin.connection]?.process.map { JSONValue(Int($0.pid)) }
    return .object(reply)
  }
}

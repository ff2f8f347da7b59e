import Broker
import KernelProtocol
import Store

extension Orchestrator {
  /// Does what a client asks about dead letters, and replies.
  func receiveDeadLetters(_ request: Envelope, from id: ConnectionID) {
    Task {
      do throws(OutcomeError) {
        let content = try? JSONParser().parse(request.content)
        let reply = try await perform(try DeadLetterRequest(reading: content))
        answer(.deadLettersReply, to: request, on: id, reply)
      } catch {
        answer(.deadLettersReply, to: request, on: id, error)
      }
    }
  }

  private func perform(_ request: DeadLetterRequest) async throws(OutcomeError) -> JSONValue {
    let store = await openedStore()
    let queued = broker.queuedDeadLetters.map { DeadLetterEntry($0.number, $0.letter) }
    let durable = try await store?.deadLetterEntries() ?? []
    let chosen = try request.choose(from: queued + durable)
    if request.action.changes {
      let retries = request.action == .retry
      if retries { try checkRetry(chosen) }
      for entry in chosen { try await settle(entry, retries: retries, store) }
      if retries { tellCouriers() }
    }
    return request.reply(chosen)
  }

  private func settle(
    _ entry: DeadLetterEntry, retries: Bool, _ store: Store?
  ) async throws(OutcomeError) {
    switch entry.place {
    case .queued(let number): handle(.deadLetter(number, retries: retries))
    case .durable(let letter): try await store?.settle(letter, retries: retries)
    }
  }

  /// A queued event would be lost in the line of a plugin that does not come back; a durable one waits on the disk.
  private func checkRetry(_ entries: [DeadLetterEntry]) throws(OutcomeError) {
    for entry in entries {
      guard case .queued = entry.place, let state = plugins[entry.plugin]?.state else { continue }
      switch state {
      case .failed, .quarantined, .stopped:
        throw OutcomeError(
          .unavailable,
          "\(entry.id) cannot be delivered again: the plugin \(entry.plugin) is not running.")
      default: continue
      }
    }
  }
}

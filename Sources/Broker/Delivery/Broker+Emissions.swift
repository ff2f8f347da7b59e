import KernelProtocol

extension Broker {
  /// Answers an emit at once, or when what it waits for has come.
  mutating func open(_ emission: Emission, _ number: UInt64, timeout: Double?) {
    emissions[number] = emission.isSettled ? nil : emission
    guard !emission.isSettled else { return answer(emission) }
    let seconds = timeout ?? configuration.defaultTimeout
    deadlines.set(.emission(number), at: now.advanced(bySeconds: max(0, seconds)))
    guard let frame = emission.frame else { return }
    frames[frame]?.emissions.append(number)
    frames[frame]?.mayRun = false
    breakDeadlock(from: .emission(number))
  }

  /// A subscriber has an outcome for an event.
  mutating func settleEmission(_ number: UInt64?, _ plugin: String, _ error: OutcomeError?) {
    guard let number, emissions[number] != nil else { return }
    emissions[number]?.settle(plugin, error)
    answerIfSettled(number)
  }

  /// Changes an emission, and answers it when nothing is left to wait for.
  mutating func updateEmission(_ number: UInt64?, _ change: (inout Emission) -> Void) {
    guard let number, var emission = emissions[number] else { return }
    change(&emission)
    emissions[number] = emission
    answerIfSettled(number)
  }

  /// The time of an emit is up: those who have not answered count as timed out.
  mutating func emissionTimedOut(_ number: UInt64) {
    guard var emission = emissions[number] else { return }
    guard emission.hasRoom, !emission.isBeingStored else {
      return fail(number, .emitTimeout(emission.event))
    }
    emission.giveUp(.subscriberTimeout(emission.event))
    emissions[number] = emission
    answerIfSettled(number)
  }

  /// An emit fails: its event is taken out of the lines that had no room for it.
  mutating func fail(_ number: UInt64, _ error: OutcomeError) {
    guard let emission = closeEmission(number) else { return }
    forget(emission)
    for line in emission.fullLines { lines[line]?.withdrawBlocked(number: number) }
    for id in emission.fullListeners { listeners[id]?.withdrawBlocked(number: number) }
    guard connections[emission.caller.connection] != nil else { return }
    reply(.emitReply, to: emission.caller.header, on: emission.caller.connection, error)
  }

  /// The frame that waits for its emits is cancelled.
  mutating func cancelEmissions(of key: FrameKey, reason: String) {
    for number in frames[key]?.emissions ?? [] { fail(number, .cancelled(reason: reason)) }
  }

  private mutating func answerIfSettled(_ number: UInt64) {
    guard emissions[number]?.isSettled == true, let emission = closeEmission(number) else { return }
    answer(emission)
  }

  /// Takes an emission out of every table. The handlers of its event run on, but nobody waits for them any more.
  mutating func closeEmission(_ number: UInt64) -> Emission? {
    guard let emission = emissions.removeValue(forKey: number) else { return nil }
    deadlines.remove(.emission(number))
    for plugin in emission.pending {
      for key in eventFrames(of: number, in: plugin) { frames[key]?.isAwaited = false }
    }
    guard let frame = emission.frame, frames[frame] != nil else { return emission }
    frames[frame]?.emissions.removeAll { $0 == number }
    noteDelivery(to: frame)
    return emission
  }

  /// The frames in which a plugin handles the event of an emit.
  func eventFrames(of number: UInt64, in plugin: String) -> [FrameKey] {
    guard let connection = plugins[plugin]?.connection else { return [] }
    let key = FrameKey(number: number, connection: connection)
    if frames[key] != nil { return [key] }
    return lines.filter { $0.key.plugin == plugin }.flatMap { line in
      line.value.inFlight.filter { self.number(ofMessage: $0.value.occurrence.emit) == number }.map(
        \.key)
    }
  }

  private mutating func answer(_ emission: Emission) {
    guard connections[emission.caller.connection] != nil else { return }
    var content: JSONObject = [
      "subscriptions": JSONValue(emission.subscriptions), "event_id": .string(emission.eventID),
    ]
    if emission.confirm != nil {
      content["confirmed"] = .bool(emission.isConfirmed)
      content["outcomes"] = .object(
        JSONObject(
          emission.outcomes.sorted { $0.key < $1.key }.map { plugin, error in
            (plugin, error?.wire(includingOutcome: true) ?? ["outcome": "ok"])
          }))
    }
    replyOK(
      .emitReply, to: emission.caller.header, on: emission.caller.connection,
      content: FrameBytes(json: .object(content)))
  }
}

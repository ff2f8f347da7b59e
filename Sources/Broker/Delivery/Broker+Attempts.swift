import KernelProtocol

extension Broker {
  /// An attempt to deliver an event has ended: it is done, is tried again, or is a dead letter.
  mutating func directedEnded(_ frame: Frame, _ ending: Ending, in id: LineID) {
    guard let entry = lines[id]?.end(frame.key) else { return }
    if case .durable(let pattern) = id.subject {
      reportAttempt(
        entry, ending, of: id.plugin, pattern: pattern, started: frame.phase != .waiting)
    } else if let error = ending.error {
      attemptFailed(entry, error, ending, started: frame.phase != .waiting, in: id)
    } else {
      settleEmission(entry.occurrence.number, id.plugin, nil)
    }
    pump(id)
  }

  /// The time of a line's next attempt has come.
  mutating func lineIsDue(_ id: LineID) { pump(id) }

  private mutating func attemptFailed(
    _ entry: DeliveryLine.Entry, _ error: OutcomeError, _ ending: Ending, started: Bool,
    in id: LineID
  ) {
    guard entry.promise != .broadcast else { return }
    var next = entry
    guard started else { return lines[id]?.putBack(entry) ?? () }
    let limit = lines[id]?.settings.maximumAttempts ?? 1
    guard entry.attempt < limit, ending.disposition != .reject else {
      return bury(entry, error, in: id)
    }
    next.attempt += 1
    next.notBefore = now.advanced(bySeconds: delay(after: entry.attempt, ending))
    lines[id]?.putBack(next)
  }

  /// What a handler asks for, or ever longer.
  mutating func delay(after attempt: Int, _ ending: Ending) -> Double {
    if case .returned(.nack, let delay?, _) = ending { return min(max(0, delay), 86_400) }
    let chance = Double(spanRandom.next() >> 11) / Double(1 << 53)
    return configuration.retry.delay(afterAttempt: attempt, random: chance)
  }
}

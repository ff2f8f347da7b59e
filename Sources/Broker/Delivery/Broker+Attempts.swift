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

  private mutating func attemptFailed(
    _ entry: DeliveryLine.Entry, _ error: OutcomeError, _ ending: Ending, started: Bool,
    in id: LineID
  ) {
    guard entry.promise != .broadcast else { return }
    guard started else { return lines[id]?.putBack(entry) ?? () }
    let limit = lines[id]?.settings.maximumAttempts ?? 1
    guard let delay = delay(after: entry, ending, limit: limit) else {
      return bury(entry, error, in: id)
    }
    var next = entry
    next.attempt += 1
    next.notBefore = now.advanced(bySeconds: delay)
    lines[id]?.putBack(next)
  }

  /// Seconds until an event whose handler has failed is tried again: what the handler asks for, or ever longer; nil when it is
  /// given up.
  ///
  /// - Parameter limit: how many attempts there are at most.
  mutating func delay(
    after entry: DeliveryLine.Entry, _ ending: Ending, limit: Int
  ) -> Double? {
    guard entry.attempt < limit, ending.disposition != .reject else { return nil }
    if case .returned(.nack, let delay?, _) = ending { return min(max(0, delay), 86_400) }
    let chance = Double(spanRandom.next() >> 11) / Double(1 << 53)
    return configuration.retry.delay(afterAttempt: entry.attempt, random: chance)
  }
}

import KernelProtocol

extension Broker {
  /// An event is given up: it is kept with its error, and whoever waits for its subscribers is told.
  mutating func bury(_ entry: DeliveryLine.Entry, _ error: OutcomeError, in line: LineID) {
    let letter = DeadLetter(
      occurrence: entry.occurrence, plugin: line.plugin, attempts: entry.attempt, error: error,
      line: line)
    let number = deadLetters.add(letter)
    effects.append(.report(.deadLetter(number: number, letter)))
    settleEmission(entry.occurrence.number, line.plugin, error)
  }

  /// The dead letters of queued events, oldest first.
  public var queuedDeadLetters: [(number: UInt64, letter: DeadLetter)] {
    Array(deadLetters.letters)
  }

  /// Takes a dead letter of a queued event out of the box.
  ///
  /// - Parameter retries: whether it is delivered again, as if for the first time.
  mutating func takeDeadLetter(_ number: UInt64, retries: Bool) {
    guard let letter = deadLetters.take(number), retries else { return }
    let settings = events[letter.occurrence.event]?.settings.queue ?? QueueSettings()
    makeLine(letter.line, settings)
    lines[letter.line]?.append(
      DeliveryLine.Entry(occurrence: letter.occurrence, promise: .queued))
    pump(letter.line)
  }
}

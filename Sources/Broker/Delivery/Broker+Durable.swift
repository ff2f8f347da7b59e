import KernelProtocol

extension Broker {
  /// A durable event is written before its emit is answered; its subscribers are served from what is written.
  mutating func store(_ occurrence: Occurrence, for emission: inout Emission) {
    guard let number = occurrence.number else { return }
    emission.isBeingStored = true
    for plugin in owedPlugins(of: occurrence.event) { emission.expect(plugin.manifest.name) }
    effects.append(.store(occurrence, number: number))
  }

  /// A durable event is on the disk, or could not be written.
  mutating func stored(_ number: UInt64, _ result: Result<Int, OutcomeError>) {
    switch result {
    case .success(let subscribers):
      updateEmission(number) { emission in
        emission.isBeingStored = false
        emission.subscriptions = max(emission.subscriptions, subscribers)
      }
    case .failure(let error): fail(number, error)
    }
  }

  /// What is on the disk for one of a plugin's patterns is to be delivered; the host is told what became of it.
  mutating func deliver(_ occurrence: Occurrence, to plugin: String, pattern: String, attempt: Int)
  {
    let line = LineID(plugin: plugin, subject: .durable(pattern: pattern))
    makeLine(line, events[occurrence.event]?.settings.queue ?? QueueSettings())
    lines[line]?.append(
      DeliveryLine.Entry(occurrence: occurrence, promise: .durable, attempt: attempt))
    pump(line)
    guard lines[line]?.waiting.isEmpty == false,
      plugins[plugin].map({ connections[$0.connection] != nil }) != true
    else { return }
    lines[line] = nil
    effects.append(.attempted(plugin: plugin, pattern: pattern, occurrence, .notStarted))
  }

  /// The host has settled a durable event for good: whoever waits for its subscribers hears of it.
  mutating func settled(_ occurrence: Occurrence, _ plugin: String, _ error: OutcomeError?) {
    settleEmission(number(ofMessage: occurrence.id), plugin, error)
  }

  /// Tells the host how an attempt ended.
  mutating func reportAttempt(
    _ entry: DeliveryLine.Entry, _ ending: Ending, of plugin: String, pattern: String,
    started: Bool
  ) {
    let result: DeliveryResult =
      if let error = ending.error {
        started ? failure(of: entry, error, ending) : .notStarted
      } else {
        .handled
      }
    effects.append(.attempted(plugin: plugin, pattern: pattern, entry.occurrence, result))
  }

  private mutating func failure(
    of entry: DeliveryLine.Entry, _ error: OutcomeError, _ ending: Ending
  ) -> DeliveryResult {
    let limit = events[entry.occurrence.event]?.settings.queue.maximumAttempts ?? 5
    let delay = delay(after: entry, ending, limit: limit)
    return delay.map { .failed(error, retryAfter: $0) } ?? .givenUp(error)
  }
}

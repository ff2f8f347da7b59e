import KernelProtocol

extension Broker {
  /// A durable event is written before its emit is answered; its subscribers are served from what is written.
  mutating func store(_ occurrence: Occurrence, for emission: inout Emission) {
    emission.isBeingStored = true
    for plugin in owedPlugins(of: occurrence.event) { emission.expect(plugin.manifest.name) }
    effects.append(.store(occurrence))
  }

  /// A durable event is on the disk, or was there before, or could not be written.
  mutating func stored(_ occurrence: Occurrence, _ result: Result<StoredEvent, OutcomeError>) {
    switch result {
    case .success(.stored(let subscribers)): stored(occurrence, for: subscribers)
    case .success(.duplicate):
      guard let emission = occurrence.number.flatMap({ closeEmission($0) }) else { return }
      answerDuplicate(emission)
    case .failure(let error): occurrence.number.map { fail($0, error) }
    }
  }

  /// Those who are not served from the disk get it now, when it can neither fail nor turn out to be a duplicate; also when nobody
  /// waits for the emit any more.
  private mutating func stored(_ occurrence: Occurrence, for subscribers: Int) {
    let number = occurrence.number
    var emission = number.flatMap { emissions[$0] } ?? Emission(forNobody: occurrence)
    _ = announce(occurrence, for: &emission)
    updateEmission(number) { current in
      current = emission
      current.isBeingStored = false
      current.subscriptions = max(emission.subscriptions, subscribers)
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
    settleEmission(number(ofMessage: occurrence.emit), plugin, error)
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

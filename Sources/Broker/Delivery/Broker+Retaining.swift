import KernelProtocol

extension Broker {
  /// A new subscription gets the last value of each retained event that it is for.
  mutating func deliverRetained(to subscription: Subscription, of plugin: String) {
    let line = LineID(plugin: plugin, subject: .subscription(subscription.id))
    for (name, record) in events.sorted(by: { $0.key < $1.key })
    where subscription.pattern.matches(name) {
      guard let last = record.retained else { continue }
      makeLine(line, record.settings.queue)
      lines[line]?.append(
        DeliveryLine.Entry(occurrence: last, promise: .broadcast, isRetained: true))
    }
    pump(line)
  }

  /// Whether a retained value is not the last one any more: the newer one is on its way, or was there before it.
  func isOutdated(_ key: FrameKey) -> Bool {
    guard let line = directedFrames[key], let entry = lines[line]?.inFlight[key], entry.isRetained
    else { return false }
    return events[entry.occurrence.event]?.retained?.emit != entry.occurrence.emit
  }
}

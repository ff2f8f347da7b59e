import Broker
import KernelProtocol
import Store
import ZeroMQ

extension Orchestrator {
  /// What the broker wants of durable events.
  func keep(_ effect: BrokerEffect) {
    switch effect {
    case .store(let occurrence): append(occurrence)
    case .keep(let plugin, let pattern): beginCourier(CourierID(plugin: plugin, pattern: pattern))
    case .forget(let plugin, let pattern): forget(CourierID(plugin: plugin, pattern: pattern))
    case .attempted(let plugin, let pattern, _, let result):
      couriers[CourierID(plugin: plugin, pattern: pattern)]?.ended(redaction.redact(result))
    default: break
    }
  }

  /// Ends all couriers; what they have not brought is kept.
  func endCouriers() {
    for courier in couriers.values { courier.end() }
    couriers = [:]
  }

  /// Whether no durable event is on its way.
  var areCouriersIdle: Bool { couriers.values.allSatisfy(\.isIdle) }

  /// Something was stored, or is to be tried again: whoever may want it looks.
  func tellCouriers() {
    for courier in couriers.values { courier.tell() }
  }

  /// Writes an event; the emit is answered when it is on the disk.
  private func append(_ occurrence: Occurrence) {
    Task {
      let result = await stored(occurrence)
      handle(.stored(occurrence, result))
      tellCouriers()
    }
  }

  private func stored(_ occurrence: Occurrence) async -> Result<StoredEvent, OutcomeError> {
    guard let store = await openedStore() else {
      return .failure(
        OutcomeError(
          .unavailable,
          "\(occurrence.event) is durable, and this orchestrator has no database to keep it in."))
    }
    do throws(StoreError) {
      switch try await store.append(DurableEvent(occurrence)) {
      case .stored(let count): return .success(.stored(subscribers: count))
      case .duplicate: return .success(.duplicate)
      }
    } catch {
      let outcome: Outcome = error.code == .rejected ? .overloaded : .unavailable
      return .failure(OutcomeError(outcome, error.description))
    }
  }

  private func beginCourier(_ id: CourierID) {
    guard couriers[id] == nil else { return tellCouriers() }
    let courier = Courier()
    couriers[id] = courier
    Task { await serve(id, by: courier) }
  }

  private func forget(_ id: CourierID) {
    couriers.removeValue(forKey: id)?.end()
    Task {
      guard let store = await openedStore() else { return }
      do throws(StoreError) { try await store.unsubscribe(id.subscriber) } catch { report(error) }
    }
  }

  private func serve(_ id: CourierID, by courier: Courier) async {
    guard let store = await openedStore() else { return }
    do throws(StoreError) {
      try await store.subscribe(id.subscriber)
      while !courier.isEnded {
        guard let next = try await store.pendingDeliveries(to: id.subscriber, limit: 1).first
        else {
          await rest(courier)
          continue
        }
        await wait(until: next.nextTry, id, courier)
        guard !courier.isEnded, WallClock.nanoseconds() >= next.nextTry else { continue }
        guard try await bring(next, to: id, by: courier, store) else { break }
      }
    } catch {
      report(error)
    }
    if couriers[id] === courier { couriers[id] = nil }
  }

  /// One attempt, and what follows from it.
  ///
  /// - Returns: false when the plugin is not there to be served.
  private func bring(
    _ delivery: DurableDelivery, to id: CourierID, by courier: Courier, _ store: Store
  ) async throws(StoreError) -> Bool {
    guard isReachable(id.plugin) else { return false }
    guard let attempt = try await store.beginAttempt(delivery.number, to: id.subscriber) else {
      return true
    }
    let occurrence = delivery.event.occurrence
    let result = await courier.attempt {
      handle(.deliver(occurrence, to: id.plugin, pattern: id.pattern, attempt: attempt))
    }
    switch result {
    case .notStarted: return false
    case .handled:
      try await store.acknowledge(delivery.number, by: id.subscriber)
      handle(.settled(occurrence, id.plugin, nil))
    case .failed(let error, let seconds):
      try await store.fail(
        delivery.number, of: id.subscriber, error: error.message, retryAfter: seconds)
    case .givenUp(let error):
      try await store.fail(
        delivery.number, of: id.subscriber, error: error.message, retryAfter: nil)
      hub.send(.deadLetter(plugin: id.plugin, event: occurrence.event, attempts: attempt))
      handle(.settled(occurrence, id.plugin, error))
    }
    return true
  }

  /// Nothing is left to bring: whoever waits for that is told.
  private func rest(_ courier: Courier) async {
    Task { wakeWaiters() }
    await courier.waitForNews(idle: true)
  }

  private func isReachable(_ plugin: String) -> Bool {
    plugins[plugin].map { broker.isGreeted($0.connection) } ?? false
  }

  /// Waits for a time, or for news.
  private func wait(until nanoseconds: Int64, _ id: CourierID, _ courier: Courier) async {
    let left = nanoseconds - WallClock.nanoseconds()
    guard left > 0 else { return }
    let timer = loop.setTimer(after: .nanoseconds(left)) { [unowned self] in
      assumeIsolated { $0.couriers[id]?.tell() }
    }
    await courier.waitForNews(idle: false)
    loop.cancel(timer)
  }

  private func report(_ error: StoreError) {
    guard !isStopped else { return }
    hub.send(.storeFailed(description: error.description))
  }
}

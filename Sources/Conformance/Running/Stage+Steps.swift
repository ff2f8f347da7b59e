import KernelProtocol
import Parley

extension Stage {
  /// Plays a step.
  ///
  /// - Returns: what was not as expected, a sentence each.
  func play(_ step: Step) async -> [String] {
    let substitution = saved.reduce(cast.substitution) { $0.adding($1.key, $1.value) }
    guard let each = step.each else { return await play(step, substitution) }
    let list = each.stringValue.map(list(named:))
    guard let items = list ?? each.arrayValue, !items.isEmpty else {
      return ["there is no list of values \(each)"]
    }
    var problems: [String] = []
    for item in items where !Task.isCancelled {
      let found = await play(step, substitution.adding("item", item))
      let label = item["name"]?.stringValue ?? item.description
      problems += found.map { "\(label): \($0)" }
    }
    return problems
  }

  /// Vectors, the examined kernel's traps, or what an earlier step has saved.
  private func list(named name: String) -> [JSONValue] {
    if name == "traps" { return suite.snippets[round.kernel(of: 0)]?.traps ?? [] }
    return suite.tables.vectors[name] ?? saved[name]?.arrayValue ?? []
  }

  private func play(_ step: Step, _ substitution: Substitution) async -> [String] {
    do throws(TableError) {
      if case .end(let names, let rest?) = step.action {
        return await endOneOf(names, step.expectation, rest, substitution)
      }
      if let name = step.name, try await begin(name, step.action, substitution) { return [] }
      let observed = try await observe(step, substitution)
      if let name = step.saved { saved[name] = observed.value }
      return step.expectation.problems(observed, substitution)
        + cellProblems(step.action, observed, substitution)
    } catch {
      return [error.description]
    }
  }

  /// Begins what a later step waits for, and goes on once it has reached the orchestrator.
  private func begin(
    _ name: String, _ action: Action, _ substitution: Substitution
  ) async throws(TableError) -> Bool {
    switch action {
    case .call(let request):
      let call = try request.filled(substitution)
      begun[name] = Task { [client] in await Self.timed { try await call.make(client) } }
    case .stream(let request, let take):
      let call = try request.filled(substitution)
      begun[name] = Task { [client] in await Self.timed { try await call.read(client, take) } }
    case .hold(let request):
      let call = try request.filled(substitution)
      try await hold(call, as: name)
      return true
    case .execute(let cell):
      begun[name] = Task { await execute(cell) }
      return true
    default: return false
    }
    requestCount += 1
    await exchange.wait(forOwnRequests: requestCount)
    return true
  }

  /// Opens a stream and goes on once its producer waits for credit.
  private func hold(_ call: FilledRequest, as name: String) async throws(TableError) {
    let producer = String(call.method.prefix { $0 != "." })
    let waits = try MessagePattern(
      ["from": .string(producer), "type": "credit_wait"], at: call.method)
    let count = exchange.entries(waits).count
    requestCount += 1
    held[name] = try? await client.stream(call.method, call.params, timeout: call.timeout)
    await exchange.wait(for: waits, count: count + 1)
  }

  private func observe(
    _ step: Step, _ substitution: Substitution
  ) async throws(TableError) -> Observed {
    switch step.action {
    case .call(let request):
      requestCount += 1
      let call = try request.filled(substitution)
      return await Self.timed { [client] in try await call.make(client) }
    case .stream(let request, let take):
      requestCount += 1
      let call = try request.filled(substitution)
      return await Self.timed { [client] in try await call.read(client, take) }
    case .emit(let event, let payload):
      let payload = substitution.apply(payload)
      return await Self.timed { [client] in
        Observed(JSONValue(try await client.emit(event, payload)))
      }
    case .end(let names, _): return await end(names)
    case .cancel(let name): begun[name]?.cancel()
    case .release(let name): await held.removeValue(forKey: name)?.cancel()
    case .stop: await close()
    case .execute(let cell): return await execute(cell)
    default: return try await look(step, substitution)
    }
    return Observed()
  }

  /// Waits for one that was begun.
  private func end(_ names: [String]) async -> Observed {
    var last = Observed()
    for name in names {
      guard let task = begun.removeValue(forKey: name) else { continue }
      last = await task.value
    }
    return last
  }

  private func endOneOf(
    _ names: [String], _ one: Expectation, _ rest: Expectation, _ substitution: Substitution
  ) async -> [String] {
    var asOne = 0
    var problems: [String] = []
    for name in names {
      let observed = await end([name])
      if one.problems(observed, substitution).isEmpty {
        asOne += 1
      } else {
        problems += rest.problems(observed, substitution).map { "\(name): \($0)" }
      }
    }
    return asOne == 1
      ? problems : ["\(asOne) of \(names.count) ended as exactly one should"] + problems
  }

  private static func timed(_ body: @Sendable () async throws -> Observed) async -> Observed {
    let clock = ContinuousClock()
    let start = clock.now
    var observed: Observed
    do { observed = try await body() } catch { observed = Observed(error) }
    let parts = (clock.now - start).components
    observed.seconds = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    return observed
  }
}

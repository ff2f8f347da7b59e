import KernelManagement
public import KernelProtocol
import Store

/// The traces that orchestrators have recorded, also those that have ended.
public struct TraceArchive: Sendable {
  private let store: Store

  /// Steps of a plugin's life, which are shown only when they fail or cause something.
  private static let quiet = ["load", "on_start", "on_stop"]

  /// Opens the traces of the running orchestrator, or of the one that ran last.
  ///
  /// - Parameters:
  ///   - plugins: the folder of plugins whose traces are wanted; nil has it found.
  ///   - environment: where `PARLEY_RUNTIME_DIR`, `PARLEY_STATE_DIR` and the like are looked up.
  /// - Throws: ``OutcomeError`` `unavailable` when there is nothing, or it cannot be read.
  public static func open(
    plugins: String?, environment: [String: String]
  ) throws(OutcomeError) -> TraceArchive {
    let path = try database(plugins: plugins, environment: environment)
    do throws(StoreError) {
      return TraceArchive(store: try Store(path: path, creating: false))
    } catch {
      throw OutcomeError(.unavailable, error.description)
    }
  }

  /// Opens the traces of an orchestrator that runs.
  ///
  /// - Parameter socket: its control socket; nil stands for the only one.
  /// - Throws: ``OutcomeError`` `unavailable` when it keeps none, or they cannot be read.
  public static func open(
    socket: String?, environment: [String: String]
  ) throws(OutcomeError) -> TraceArchive {
    guard let socket else { return try open(plugins: nil, environment: environment) }
    let running = RuntimeFolder.running(environment: environment)
    guard let record = running.first(where: { $0.control == socket }) else {
      throw OutcomeError(
        .unavailable, "The folder of the orchestrator at \(socket) is not known, nor its traces.")
    }
    return try open(plugins: record.plugins, environment: environment)
  }

  /// The traces that did something last, the latest first.
  public func recent(limit: Int) async throws(OutcomeError) -> [Trace] {
    try await reading { store throws(StoreError) in
      var traces: [Trace] = []
      for id in try await store.recentTraces(limit: limit, without: Self.quiet) {
        if let trace = Trace(try await store.trace(id)) { traces.append(trace) }
      }
      return traces
    }
  }

  /// A trace by its id or the beginning of it; nil stands for the latest.
  ///
  /// - Throws: ``OutcomeError`` `invalid_payload` when there is none, or more than one.
  public func trace(_ id: String?) async throws(OutcomeError) -> Trace {
    guard let id else {
      if let latest = try await recent(limit: 1).first { return latest }
      throw OutcomeError(.unavailable, "No trace has been recorded yet.")
    }
    let found = try await reading { store throws(StoreError) in
      try await store.traces(beginningWith: id.lowercased())
    }
    guard let only = found.first else {
      throw OutcomeError(
        .invalidPayload,
        "There is no trace \(id), or it was so long ago that it is not kept any more. "
          + "`parley trace` lists those that are.")
    }
    guard found.count == 1 else {
      throw OutcomeError(.invalidPayload, "Several traces begin with \(id): give more of it.")
    }
    let spans = try await reading { store throws(StoreError) in try await store.trace(only) }
    guard let trace = Trace(spans) else {
      throw OutcomeError(.unavailable, "The trace \(id) has just been let go for newer ones.")
    }
    return trace
  }

  /// A trace that has just been made: it is recorded a moment after the reply to the request that began it.
  ///
  /// - Parameter patience: how long it is waited for, until all of its steps have ended; then what there is counts.
  /// - Throws: ``OutcomeError`` `unavailable` when there is nothing of it.
  public func trace(
    recent id: String, patience: Duration = .seconds(2)
  ) async throws(OutcomeError) -> Trace {
    let deadline = ContinuousClock.now + patience
    while true {
      let spans = try await reading { store throws(StoreError) in try await store.trace(id) }
      let trace = Trace(spans)
      if let trace, trace.state != .unfinished { return trace }
      if ContinuousClock.now > deadline {
        if let trace { return trace }
        throw OutcomeError(.unavailable, "The trace \(id) was not recorded.")
      }
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Closes the file.
  public func close() async { await store.close() }

  private func reading<Value>(
    _ body: (Store) async throws(StoreError) -> Value
  ) async throws(OutcomeError) -> Value {
    do throws(StoreError) {
      return try await body(store)
    } catch {
      throw OutcomeError(.unavailable, error.description)
    }
  }

  private static func database(
    plugins: String?, environment: [String: String]
  ) throws(OutcomeError) -> String {
    let folder = StateFolder(environment: environment)
    if let plugins { return folder.database(forPlugins: Path.absolute(plugins)) }
    let running = RuntimeFolder.running(environment: environment)
    guard running.count < 2 else {
      let folders = running.map(\.plugins).joined(separator: ", ")
      throw OutcomeError(
        .unavailable, "Several orchestrators are running; choose one with --plugins: \(folders)")
    }
    if let running = running.first { return folder.database(forPlugins: running.plugins) }
    guard let latest = folder.latestDatabase else {
      throw OutcomeError(
        .unavailable,
        "Nothing has been recorded in \(folder.path) yet. `parley run DIR` records traces.")
    }
    return latest
  }
}

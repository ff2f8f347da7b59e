import KernelProtocol

/// The storage requests that are open, and who watches what.
struct StorageLedger {
  /// A request that waits for its result.
  struct Open {
    let connection: ConnectionID
    /// Its header, which the reply answers.
    let header: FrameBytes
    /// The frame that waits for it.
    let frame: FrameKey?
    let task: StorageTask
    /// The watch that is in force once the barrier has been passed.
    let watch: Watch?
  }

  /// Somebody who is told of changes.
  struct Watch: Equatable {
    let id: String
    let connection: ConnectionID
    let tenant: String
    /// Whose keys; nil for those that all plugins of the tenant share.
    let plugin: String?
    let prefix: String

    func concerns(_ key: String, of task: StorageTask) -> Bool {
      task.tenant == tenant && task.plugin == plugin && key.utf8.starts(with: prefix.utf8)
    }
  }

  private var open: [UInt64: Open] = [:]
  private var counts: [ConnectionID: Int] = [:]
  private(set) var watches: [Watch] = []
  private var number: UInt64 = 0

  /// Whether nothing is open and nobody watches.
  var isEmpty: Bool { open.isEmpty && watches.isEmpty }

  /// How many requests of a peer are open.
  func count(of connection: ConnectionID) -> Int { counts[connection] ?? 0 }

  /// How many watches a peer has, or asks for.
  func watchCount(of connection: ConnectionID) -> Int {
    watches.count { $0.connection == connection }
      + open.values.count { $0.connection == connection && $0.watch != nil }
  }

  mutating func nextNumber() -> UInt64 {
    number += 1
    return number
  }

  mutating func insert(_ request: Open) {
    open[request.task.number] = request
    counts[request.connection, default: 0] += 1
  }

  /// Takes a request out, because its result is there; nil when there is none such.
  mutating func remove(_ number: UInt64) -> Open? {
    guard let request = open.removeValue(forKey: number) else { return nil }
    let count = counts[request.connection] ?? 1
    counts[request.connection] = count > 1 ? count - 1 : nil
    return request
  }

  mutating func add(_ watch: Watch) {
    removeWatch(watch.id, of: watch.connection)
    watches.append(watch)
  }

  mutating func removeWatch(_ id: String, of connection: ConnectionID) {
    watches.removeAll { $0.id == id && $0.connection == connection }
  }

  /// Forgets a peer. What it asked for is still done, and others may watch it: so its requests stay until then.
  mutating func removeWatches(of connection: ConnectionID) {
    watches.removeAll { $0.connection == connection }
  }
}

import Broker
import KernelProtocol
import Store

extension StorageTask {
  /// What is being done, for an error's sentence.
  var phrase: String {
    switch operation {
    case .get(let key): "read the key \(key)"
    case .set(let key, _), .compareAndSet(let key, _, _): "store the key \(key)"
    case .delete(let key): "delete the key \(key)"
    case .list: "list keys"
    case .barrier: "watch keys"
    case .putBlob: "store a blob"
    case .getBlob(let name): "read the blob \(name)"
    }
  }

  /// Does it.
  func result(in transaction: inout StoreTransaction) throws -> StorageResult {
    switch operation {
    case .get(let key): .entry(try transaction.get(key, in: namespace).map(Self.entry))
    case .set(let key, let value):
      .stored(version: try transaction.set(key, in: namespace, to: value.bytes))
    case .delete(let key): .deleted(version: try transaction.delete(key, in: namespace))
    case .list(let prefix):
      .entries(
        try transaction.list(prefix: prefix, in: namespace, limit: Self.listLimit).map(Self.entry))
    case .compareAndSet(let key, let value, let version):
      try compare(key, value, version, in: &transaction)
    case .barrier: .done
    case .putBlob(let bytes): try put(bytes, in: transaction)
    case .getBlob(let name):
      .bytes(FrameBytes(try transaction.blob(named: name, tenant: tenant)))
    }
  }

  /// How many keys are listed at most: more would not fit into a message.
  private static let listLimit = 100_000

  private var namespace: StorageNamespace {
    plugin.map { .plugin($0, tenant: tenant) } ?? .global(tenant: tenant)
  }

  private func compare(
    _ key: String, _ value: FrameBytes, _ version: Int64, in transaction: inout StoreTransaction
  ) throws -> StorageResult {
    let comparison = try transaction.compareAndSet(
      key, in: namespace, to: value.bytes, expecting: version == 0 ? .absent : .version(version))
    return switch comparison {
    case .stored(let version): .compared(isStored: true, version: version)
    case .conflict(let entry): .compared(isStored: false, version: entry?.version ?? 0)
    }
  }

  private func put(_ bytes: FrameBytes, in transaction: StoreTransaction) throws -> StorageResult {
    let reference = try transaction.putBlob(bytes.bytes, in: namespace)
    return .blob(name: reference.name, size: reference.size)
  }

  private static func entry(_ entry: StorageEntry) -> StorageResult.Entry {
    StorageResult.Entry(
      key: entry.key, value: FrameBytes(entry.value), version: entry.version)
  }
}

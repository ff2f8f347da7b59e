import Foundation

@testable import Store

extension Store {
  /// Writes a key and then fails, in one operation.
  func failAfterWriting(_ key: String, in namespace: StorageNamespace) async throws {
    try await write("fail") { database in
      _ = try database.store([UInt8]("1"), for: Data(key.utf8), in: namespace)
      throw StoreError(.invalid, operation: "fail", cause: "it is to", advice: "None.")
    }
  }
}

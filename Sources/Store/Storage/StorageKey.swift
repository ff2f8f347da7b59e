import GRDB
import KernelProtocol

import struct Foundation.Data

/// The rules of keys and values.
enum StorageKey {
  /// Bytes of a key at most.
  static let limit = 512

  /// The key as it is kept.
  static func data(_ key: String) throws(StoreError) -> Data {
    let operation = "use the key \(key.prefix(40).debugDescription)"
    guard !key.isEmpty else {
      throw StoreError(
        .invalid, operation: operation, cause: "it is empty",
        advice: "Name the key with 1 to \(limit) bytes of UTF-8.")
    }
    guard key.utf8.count <= limit else {
      throw StoreError(
        .invalid, operation: operation,
        cause: "it has \(key.utf8.count) bytes, and \(limit) is the limit",
        advice: "Use a shorter key, or a hash of it.")
    }
    return Data(key.utf8)
  }

  /// Refuses a value that is too large or no JSON.
  static func check(
    _ value: [UInt8], of key: String, limit: Int
  ) throws(StoreError) {
    let operation = "store the value of \(key.prefix(40).debugDescription)"
    guard value.count <= limit else {
      throw StoreError(
        .tooLarge, operation: operation,
        cause: "it has \(value.count) bytes of JSON, and \(limit) is the limit",
        advice: "Store it as a blob and keep the reference.")
    }
    do throws(JSONError) {
      try FrameBytes(value).withUnsafeBytes { (bytes) throws(JSONError) in
        try JSONValidator.validate(bytes)
      }
    } catch {
      throw StoreError(
        .invalid, operation: operation, cause: "it is no JSON: \(error)",
        advice: "Store what the language's own JSON library writes.")
    }
  }
}

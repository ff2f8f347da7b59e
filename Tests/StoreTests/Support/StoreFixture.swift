import Foundation
import Store
import Testing

/// A folder with a database, which goes with it.
final class StoreFixture {
  let folder: String
  var path: String { folder + "/state/test.sqlite" }

  init() throws {
    folder = NSTemporaryDirectory() + "/parley-store-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Opens the database.
  func open(_ change: (inout StoreOptions) -> Void = { _ in }) throws -> Store {
    var options = StoreOptions()
    change(&options)
    return try Store(path: path, options: options)
  }
}

let own = StorageNamespace.plugin("notes", tenant: "default")

/// The error that an operation throws.
func storeError(
  _ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> StoreError {
  try #require(
    await #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try await body() },
    sourceLocation: sourceLocation)
}

extension [UInt8] {
  /// The bytes of a text.
  init(_ text: String) { self = Array(text.utf8) }
}

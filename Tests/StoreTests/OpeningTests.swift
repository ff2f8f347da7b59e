import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Opening a store", .timeLimit(.minutes(5)))
struct OpeningTests {
  let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  @Test("what was written is there after reopening")
  func reopening() async throws {
    let first = try fixture.open()
    let version = try await first.set("k", in: own, to: [UInt8]("1"))
    await first.close()
    let second = try fixture.open()
    let entry = try await second.get("k", in: own)
    #expect(entry == StorageEntry(key: "k", value: [UInt8]("1"), version: version))
  }

  @Test("file and folder are made for this user alone")
  func modes() async throws {
    let store = try fixture.open()
    try await store.set("k", in: own, to: [UInt8]("1"))
    for file in ["", "-wal", "-shm"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path + file)
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
    }
    let folder = try FileManager.default.attributesOfItem(atPath: fixture.folder + "/state")
    #expect(folder[.posixPermissions] as? Int == 0o700)
  }

  @Test("a file that is no database is refused as corrupt, and left as it is")
  func corrupt() async throws {
    try FileManager.default.createDirectory(
      atPath: fixture.folder + "/state", withIntermediateDirectories: true)
    let text = Data(String(repeating: "this is a letter to my aunt\n", count: 200).utf8)
    try text.write(to: URL(fileURLWithPath: fixture.path))
    let error = try await storeError { _ = try fixture.open() }
    #expect(error.code == .corrupt)
    #expect(error.description.contains(fixture.path))
    #expect(error.description.contains("Move"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == text)
  }

  @Test("a folder that cannot be made is named")
  func notWritable() async throws {
    try Data().write(to: URL(fileURLWithPath: fixture.folder + "/state"))
    let error = try await storeError { _ = try fixture.open() }
    #expect(error.code == .notWritable)
    #expect(error.description.contains("PARLEY_STATE_DIR"))
    let system = try await storeError { _ = try Store(path: "/proc/self/parley/x.sqlite") }
    #expect(system.code == .notWritable)
    #expect(system.operation == "make the folder /proc/self/parley")
  }

  @Test("a database of a newer version is refused, not changed")
  func newer() async throws {
    await (try fixture.open()).close()
    let queue = try DatabaseQueue(path: fixture.path)
    try await queue.write {
      try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99')")
    }
    try queue.close()
    let error = try await storeError { _ = try fixture.open() }
    #expect(error.code == .newerVersion)
  }

  @Test("without creating, a missing file is an error")
  func missing() async throws {
    let error = try await storeError { _ = try Store(path: fixture.path, creating: false) }
    #expect(error.code == .notWritable)
    #expect(!FileManager.default.fileExists(atPath: fixture.path))
  }

  @Test("another process that holds the database is named after the patience")
  func busy() async throws {
    let store = try fixture.open { $0.busyTimeout = 0.05 }
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: fixture.path, configuration: configuration)
    try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let error = try await storeError { try await store.set("k", in: own, to: [UInt8]("1")) }
    #expect(error.code == .busy)
    try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
    try await store.set("k", in: own, to: [UInt8]("1"))
  }

  @Test("a closed store refuses to write, and closing twice does nothing")
  func closed() async throws {
    let store = try fixture.open()
    await store.close()
    await store.close()
    let error = try await storeError { try await store.set("k", in: own, to: [UInt8]("1")) }
    #expect(error.code == .closed)
  }
}

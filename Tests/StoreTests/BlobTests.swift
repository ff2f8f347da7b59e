import KernelProtocol
import Store
import Testing

@Suite("Blobs", .timeLimit(.minutes(5)))
struct BlobTests {
  let fixture: StoreFixture
  let store: Store
  let bytes = [UInt8]((0...255).map { UInt8($0) })

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.open()
  }

  @Test("bytes come back by their reference, whose hash is SHA-256")
  func reading() async throws {
    let empty = try await store.putBlob([], in: own)
    #expect(
      empty.name == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    let reference = try await store.putBlob(bytes, in: own)
    #expect(try await store.putBlob(bytes, in: own) == reference)
    #expect(try await store.blob(reference, tenant: "default") == bytes)
    #expect(try await store.blob(empty, tenant: "default") == [])
    #expect(BlobReference(json: reference.json) == reference)
  }

  @Test("a reference to nothing is stale, also in another tenant")
  func stale() async throws {
    let reference = try await store.putBlob(bytes, in: own)
    let other = try await storeError { _ = try await store.blob(reference, tenant: "other") }
    #expect(other.code == .stale)
    #expect(try await store.releaseBlob(reference, in: own))
    #expect(try await store.releaseBlob(reference, in: own) == false)
    let gone = try await storeError { _ = try await store.blob(reference, tenant: "default") }
    #expect(gone.code == .stale)
    #expect(gone.description.contains(reference.name))
  }

  @Test("a blob is there as long as one namespace holds it")
  func holders() async throws {
    let other = StorageNamespace.plugin("other", tenant: "default")
    let reference = try await store.putBlob(bytes, in: own)
    _ = try await store.putBlob(bytes, in: other)
    try await store.removeNamespace(own)
    #expect(try await store.blob(reference, tenant: "default") == bytes)
    try await store.removeNamespace(other)
    await #expect(throws: StoreError.self) {
      try await store.blob(reference, tenant: "default")
    }
  }

  @Test("collecting lets go what nothing refers to, but not what was put just now")
  func collecting() async throws {
    let used = try await store.putBlob([1], in: own)
    let unused = try await store.putBlob([2], in: own)
    try await store.set("k", in: own, to: [UInt8]("{\"deep\": [\(used.json)]}"))
    #expect(try await store.collectBlobs(olderThan: 60) == 0)
    #expect(try await store.blob(unused, tenant: "default") == [2])
    #expect(try await store.collectBlobs(olderThan: 0) == 1)
    #expect(try await store.blob(used, tenant: "default") == [1])
    await #expect(throws: StoreError.self) { try await store.blob(unused, tenant: "default") }
    #expect(try await store.collectBlobs(olderThan: 0) == 0)
  }

  @Test(
    "a blob that others of the tenant refer to is kept, by a value, by its name alone, or by an event"
  )
  func referredByOthers() async throws {
    let blobs = try await [
      store.putBlob([1], in: own), store.putBlob([2], in: own), store.putBlob([3], in: own),
      store.putBlob([4], in: own),
    ]
    let shared = StorageNamespace.global(tenant: "default")
    let stranger = StorageNamespace.plugin("notes", tenant: "other")
    try await store.set("global:k", in: shared, to: [UInt8]("\(blobs[0].json)"))
    let mail = StorageNamespace.plugin("mail", tenant: "default")
    try await store.set("k", in: mail, to: [UInt8]("\"\(blobs[1].name)\""))
    try await store.set("k", in: stranger, to: [UInt8]("\(blobs[3].json)"))
    let subscriber = DurableSubscriber(tenant: "default", plugin: "bill", pattern: "order:*")
    try await store.subscribe(subscriber)
    let event = DurableEvent(
      id: "1", tenant: "default", name: "order:placed",
      payload: [UInt8]("{\"file\": \(blobs[2].json)}"), metadata: [UInt8]("{}"))
    #expect(try await store.append(event) == .stored(subscribers: 1))
    #expect(try await store.collectBlobs(olderThan: 0) == 1)
    for blob in blobs[..<3] { _ = try await store.blob(blob, tenant: "default") }
    await #expect(throws: StoreError.self) { try await store.blob(blobs[3], tenant: "default") }
    let pending = try await store.pendingDeliveries(to: subscriber)
    try await store.acknowledge(pending[0].number, by: subscriber)
    #expect(try await store.collectBlobs(olderThan: 0) == 1)
    await #expect(throws: StoreError.self) { try await store.blob(blobs[2], tenant: "default") }
  }

  @Test("a blob that another plugin has put again just now is kept for both")
  func putAgain() async throws {
    let other = StorageNamespace.plugin("other", tenant: "default")
    _ = try await store.putBlob([1], in: own)
    let again = try await store.putBlob([1], in: other)
    #expect(try await store.collectBlobs(olderThan: 60) == 0)
    #expect(try await store.blob(again, tenant: "default") == [1])
  }

  @Test("a blob over the limit is refused")
  func limit() async throws {
    let store = try fixture.open { $0.blobLimit = 4 }
    let error = try await storeError { _ = try await store.putBlob([1, 2, 3, 4, 5], in: own) }
    #expect(error.code == .tooLarge)
  }

  @Test(
    "what is no reference is not taken for one",
    arguments: [
      #"{"blob": "sha256:00", "size": 1}"#, #"{"blob": "md5:00", "size": 1}"#, "{}", "1",
      #"{"blob": "sha256:zz", "size": 1}"#,
    ])
  func malformed(_ text: String) throws {
    #expect(BlobReference(json: try JSONParser().parse(text)) == nil)
  }
}

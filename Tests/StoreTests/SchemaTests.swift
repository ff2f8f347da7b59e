import KernelProtocol
import Store
import Testing

@Suite("Schemas that plugins were loaded with", .timeLimit(.minutes(5)))
struct SchemaTests {
  @Test("what is remembered is there after reopening, and takes the place of what was before")
  func remembering() async throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let old = [RememberedSchema(.payload, of: "a:b", version: "1", document: ["type": "object"])]
    let new = [
      RememberedSchema(.params, of: "a.b", version: "2", document: true),
      RememberedSchema(.result, of: "a.b", version: "2", document: ["minimum": 1.5]),
    ]
    try await remember(old, of: "a", in: store)
    try await remember(old, of: "b", in: store)
    try await remember(new, of: "a", in: store)
    await store.close()
    let again = try fixture.open()
    let schemas = try await again.rememberedSchemas(tenant: "default")
    #expect(schemas["b"] == old)
    #expect(schemas["a"]?.sorted { $0.subject.rawValue < $1.subject.rawValue } == new)
    #expect(try await again.rememberedSchemas(tenant: "other").isEmpty)
  }

  private func remember(
    _ schemas: [RememberedSchema], of plugin: String, in store: Store
  ) async throws {
    try await withCheckedContinuation { continuation in
      store.remember(schemas, of: plugin, tenant: "default") {
        continuation.resume(returning: $0)
      }
    }.get()
  }
}

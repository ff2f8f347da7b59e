public import KernelProtocol

extension Orchestrator {
  /// Subscribes the application to the events that a pattern matches; see ``Client/events(_:as:buffer:confirms:)``.
  ///
  /// The exact name of an event is known once ``startPlugins(in:)`` has read the manifests; a pattern may be subscribed to before.
  public nonisolated func events<Payload: Decodable & Sendable>(
    _ pattern: String, as type: Payload.Type, buffer: EventBuffer = .waiting(1_000)
  ) async throws(OutcomeError) -> EventStream<Payload> {
    try await client.events(pattern, as: type, buffer: buffer)
  }
}

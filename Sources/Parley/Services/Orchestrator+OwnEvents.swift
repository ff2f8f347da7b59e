public import Broker
public import KernelProtocol

extension Orchestrator {
  /// Declares an event of the application's own, which those plugins may subscribe to whose manifests ask for it under
  /// `events.subscribes`.
  ///
  /// ```swift
  /// let changed = try await orchestrator.declare("stock:changed", of: Stock.self) { $0.delivery = .queued }
  /// try await changed.emit(Stock(item: "tea", left: 3))
  /// ```
  /// Best before ``startPlugins(in:)``: then no plugin can take the name, and each finds it when it is loaded.
  ///
  /// - Parameters:
  ///   - payload: JSON Schema of the payload; nil accepts any object.
  ///   - change: how it is delivered; a broadcast unless it says something else.
  /// - Throws: `invalid_payload` when the name or the schema is none, `unavailable` when a plugin has declared it already.
  public func declare<Payload: Encodable & Sendable>(
    _ event: String, of type: Payload.Type = Payload.self, payload: JSONValue? = nil,
    _ change: @Sendable (inout PluginManifest.Event) -> Void = { _ in }
  ) throws(OutcomeError) -> OwnedEvent<Payload> {
    try checkOwnership(of: event)
    var settings = PluginManifest.Event(payload: try Self.schema(payload))
    change(&settings)
    ownEvents[event] = settings
    if isServing { handle(.own(Self.host, event: event, settings)) }
    return OwnedEvent(name: event, client: client)
  }

  private func checkOwnership(of event: String) throws(OutcomeError) {
    guard (try? NamePattern(event, .event))?.isName == true else {
      throw OutcomeError(
        .invalidPayload,
        "\"\(event)\" is no name of an event: segments joined by \":\", such as stock:changed.")
    }
    if let owner = broker.ownerOfEvent(event) {
      throw OutcomeError(
        .unavailable, "\(event) is declared by \(owner) already: an event has one owner.")
    }
    guard ownEvents[event] == nil else {
      throw OutcomeError(.unavailable, "\(event) is declared already: keep what declare gave.")
    }
  }
}

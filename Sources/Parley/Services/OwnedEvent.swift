public import KernelProtocol

/// An event of the application's own, with payloads of a Swift type: made by ``Orchestrator/declare(_:of:payload:_:)``.
public struct OwnedEvent<Payload: Encodable & Sendable>: Sendable {
  /// Its name, such as `stock:changed`.
  public let name: String
  let client: Client

  /// Emits it. In a handler of one of the application's methods it belongs to the call that the handler answers.
  ///
  /// - Parameter id: a name for the event, so that it can be emitted again and goes out once.
  /// - Returns: how many subscriptions it matched; 0 for a duplicate.
  @discardableResult
  public func emit(_ payload: Payload, id: String? = nil) async throws(OutcomeError) -> Int {
    try await client.emit(name, payload, id: id)
  }

  /// Emits it and waits for its subscribers; see ``Client/emit(_:_:id:confirm:require:timeout:)``.
  public func emit(
    _ payload: Payload, id: String? = nil, confirm: Confirmation, require: Bool = false,
    timeout: Double? = nil
  ) async throws(OutcomeError) -> EmitReply {
    try await client.emit(
      name, payload, id: id, confirm: confirm, require: require, timeout: timeout)
  }
}

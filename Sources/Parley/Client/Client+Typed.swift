public import KernelProtocol

/// Calls and events whose values are Swift's own.
extension Client {
  /// Calls a method with parameters and a result of Swift types.
  ///
  /// ```swift
  /// let quote = try await client.call("pricing.quote", Basket(items: 3), as: Quote.self)
  /// ```
  ///
  /// - Parameters:
  ///   - params: what encodes as an object.
  ///   - timeout: seconds; nil for the orchestrator's default.
  /// - Throws: the outcome, when it is another than ok: `not_serializable` before anything is sent when `params` has no JSON
  ///   form, `invalid_reply` with the place when the result is no `Result`.
  public func call<Result: Decodable>(
    _ method: String, _ params: some Encodable, as type: Result.Type, timeout: Double? = nil
  ) async throws(OutcomeError) -> Result {
    let reply = try await call(method, try JSONValue(sending: params), timeout: timeout)
    return try reply.decode(type)
  }

  /// Calls a method without parameters and takes its result as a Swift type.
  public func call<Result: Decodable>(
    _ method: String, as type: Result.Type, timeout: Double? = nil
  ) async throws(OutcomeError) -> Result {
    try await call(method, [:], timeout: timeout).decode(type)
  }

  /// Calls a method that yields a stream, with items of a Swift type.
  ///
  /// The loop throws the outcome, when it is another than ok; an item of another type ends it with `invalid_reply`.
  public func stream<Item: Decodable & Sendable>(
    _ method: String, _ params: some Encodable, of type: Item.Type, timeout: Double? = nil
  ) throws(OutcomeError) -> TypedItemStream<Item> {
    TypedItemStream(items: try stream(method, try JSONValue(sending: params), timeout: timeout))
  }

  /// Emits an event with a payload of a Swift type.
  ///
  /// - Parameter id: a name for the event, so that it can be emitted again and goes out once.
  /// - Returns: how many subscriptions it matched; 0 for a duplicate.
  @discardableResult
  public func emit(
    _ event: String, _ payload: some Encodable, id: String? = nil
  ) async throws(OutcomeError) -> Int {
    try await emit(event, try JSONValue(sending: payload), id: id)
  }

  /// Emits an event with a payload of a Swift type and waits for its subscribers.
  public func emit(
    _ event: String, _ payload: some Encodable, id: String? = nil, confirm: Confirmation,
    require: Bool = false, timeout: Double? = nil
  ) async throws(OutcomeError) -> EmitReply {
    try await emit(
      event, try JSONValue(sending: payload), id: id, confirm: confirm, require: require,
      timeout: timeout)
  }
}

extension JSONValue {
  /// The JSON form of a value that is to be sent.
  init(sending value: some Encodable) throws(OutcomeError) {
    do throws(JSONError) {
      self = try JSONValue(encoding: value)
    } catch {
      throw .notSerializable(error)
    }
  }

  /// The Swift value of what came.
  ///
  /// - Parameters:
  ///   - outcome: what it is when this is no such value: `invalid_payload` of what was asked, `invalid_reply` of an answer.
  ///   - what: names it in the message.
  func decode<Value: Decodable>(
    _ type: Value.Type, else outcome: Outcome, _ what: String
  ) throws(OutcomeError) -> Value {
    do throws(JSONError) {
      return try decode(type)
    } catch {
      let path = error.path ?? JSONPath()
      throw OutcomeError(
        outcome, "\(what) is no \(Value.self): at \(path), \(error.reason).",
        details: ["pointer": .string(path.pointer.description), "expected": .string(error.reason)])
    }
  }
}

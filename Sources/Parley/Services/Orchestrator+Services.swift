import Broker
public import KernelProtocol

extension Orchestrator {
  /// Provides a method of the application's own, which plugins call like any other: those may whose manifests ask for it under
  /// `services.calls`.
  ///
  /// ```swift
  /// try await orchestrator.provide("shop.rate") { (request: RateRequest, context) in
  ///   try await rates.lookUp(request.currency)
  /// }
  /// ```
  /// Best before ``startPlugins(in:)``: then no plugin can take the name. How many handlers run at a time is
  /// ``OrchestratorConfiguration/mailbox``. A handler's task is cancelled when nobody waits for it any more. What it throws
  /// reaches the caller as `handler_error` with the name of its type.
  ///
  /// - Parameters:
  ///   - params: JSON Schema of the parameters, checked before the handler is asked; nil accepts what decodes as `Request`.
  ///   - result: JSON Schema of the result; nil accepts anything.
  ///   - interleaves: whether it is admitted though the mailbox is taken.
  /// - Throws: `invalid_payload` when the name or a schema is none, `unavailable` when a plugin provides it already.
  public func provide<Request: Decodable & Sendable, Response: Encodable & Sendable>(
    _ method: String, params: JSONValue? = nil, result: JSONValue? = nil,
    interleaves: Bool = false, file: String = #filePath, line: Int = #line,
    _ handler: @escaping @Sendable (Request, CallContext) async throws -> Response
  ) throws(OutcomeError) {
    let declared = PluginManifest.Method(
      params: try Self.schema(params), result: try Self.schema(result), interleaves: interleaves)
    try offer(
      method, declared, ServiceMethod(at: SourceSite(file: file, line: line), handler))
  }

  /// Provides a method of the application's own that yields a stream: the sequence that its handler gives, item by item.
  ///
  /// ```swift
  /// try await orchestrator.provideStream("shop.orders") { (request: OrdersRequest, _) in
  ///   orders.since(request.day)   // an AsyncSequence of Codable values
  /// }
  /// ```
  /// Items are taken from the sequence as the reader asks for them: a slow one slows it, and when the reader leaves its loop the
  /// handler's task is cancelled. What the sequence throws ends the reader's loop with `handler_error`.
  ///
  /// - Parameter item: JSON Schema of each item; nil accepts anything. All else is as with
  ///   ``provide(_:params:result:interleaves:file:line:_:)``.
  public func provideStream<Request: Decodable & Sendable, Items: AsyncSequence & Sendable>(
    _ method: String, params: JSONValue? = nil, item: JSONValue? = nil,
    interleaves: Bool = false, file: String = #filePath, line: Int = #line,
    _ handler: @escaping @Sendable (Request, CallContext) async throws -> Items
  ) throws(OutcomeError) where Items.Element: Encodable & Sendable {
    let declared = PluginManifest.Method(
      params: try Self.schema(params), result: try Self.schema(item), isStream: true,
      interleaves: interleaves)
    let site = SourceSite(file: file, line: line)
    try offer(method, declared, ServiceMethod(at: site, streaming: handler))
  }

  private func offer(
    _ method: String, _ declared: PluginManifest.Method, _ served: ServiceMethod
  ) throws(OutcomeError) {
    try checkOffer(of: method)
    client.assumeIsolated { $0.methods[method] = served }
    offers[method] = declared
    if isServing { handle(.provide(Self.host, method: method, declared)) }
  }

  /// Takes a method of the application's own back.
  public func withdraw(_ method: String) {
    guard offers.removeValue(forKey: method) != nil else { return }
    client.assumeIsolated { $0.methods[method] = nil }
    if isServing { handle(.withdraw(Self.host, method: method)) }
  }

  /// What the application provides, as the plugins' manifests are checked against it.
  var ownManifest: PluginManifest? {
    guard !offers.isEmpty || !ownEvents.isEmpty else { return nil }
    var manifest = PluginManifest(
      name: configuration.name, version: "", kernel: "swift", main: "")
    manifest.provides = offers
    manifest.emits = ownEvents
    return manifest
  }

  private func checkOffer(of method: String) throws(OutcomeError) {
    guard (try? NamePattern(method, .method))?.isName == true else {
      throw OutcomeError(
        .invalidPayload,
        "\"\(method)\" is no name of a method: segments joined by \".\", such as shop.rate.")
    }
    if broker.isPlugin(configuration.name) {
      throw OutcomeError(
        .unavailable,
        "There is a plugin named \(configuration.name): give the application another name "
          + "(OrchestratorConfiguration.name).")
    }
    if let other = broker.provider(of: method), other != configuration.name {
      throw OutcomeError(
        .unavailable,
        "\(method) is provided by the plugin \(other) already: a method has one provider.")
    }
  }

  static func schema(_ document: JSONValue?) throws(OutcomeError) -> DeclaredSchema? {
    guard let document else { return nil }
    do throws(ManifestProblem) {
      return try DeclaredSchema(document)
    } catch {
      throw OutcomeError(.invalidPayload, "\(error.pointer): \(error.message)")
    }
  }
}

import KernelProtocol

/// A method that the application provides: from a call to its result, or to the error to answer with.
struct ServiceMethod: Sendable {
  let answer: @Sendable (ServedCall) async -> Result<JSONValue, OutcomeError>

  /// A method whose handler has Swift types.
  ///
  /// - Parameter site: where it is provided, for those who look for an error of it.
  init<Request: Decodable & Sendable, Response: Encodable & Sendable>(
    at site: SourceSite,
    _ handler: @escaping @Sendable (Request, CallContext) async throws -> Response
  ) {
    self.init(at: site) { call, request in
      try JSONValue(sending: try await handler(request, call.context))
    }
  }

  /// A method whose handler gives a sequence, which is read as fast as its items are asked for.
  init<Request: Decodable & Sendable, Items: AsyncSequence & Sendable>(
    at site: SourceSite,
    streaming handler: @escaping @Sendable (Request, CallContext) async throws -> Items
  ) where Items.Element: Encodable & Sendable {
    self.init(at: site) { call, request in
      guard let stream = call.stream else { throw OutcomeError.unreadStream(call.context.method) }
      for try await item in try await handler(request, call.context) {
        try await call.yield(try JSONValue(sending: item), to: stream)
      }
      return .null
    }
  }

  private init<Request: Decodable & Sendable>(
    at site: SourceSite,
    _ body: @escaping @Sendable (ServedCall, Request) async throws -> JSONValue
  ) {
    answer = { call in
      let request: Request
      do throws(OutcomeError) {
        request = try call.request(as: Request.self)
      } catch {
        return .failure(error)
      }
      do {
        return .success(try await body(call, request))
      } catch {
        return .failure(OutcomeError(thrown: error, by: call.context.method, at: site))
      }
    }
  }
}

extension OutcomeError {
  /// A stream that was called like a method with one value.
  static func unreadStream(_ method: String) -> OutcomeError {
    OutcomeError(.invalidReply, "\(method) yields a stream: read it with stream().")
  }
}

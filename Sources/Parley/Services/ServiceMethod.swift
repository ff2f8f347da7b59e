import KernelProtocol

/// A method that the application provides: from a request to its result, or to the error to answer with.
struct ServiceMethod: Sendable {
  let answer: @Sendable (ClientMessage, CallContext) async -> Result<JSONValue, OutcomeError>

  /// A method whose handler has Swift types.
  ///
  /// - Parameter site: where it is provided, for those who look for an error of it.
  init<Request: Decodable & Sendable, Response: Encodable & Sendable>(
    at site: SourceSite,
    _ handler: @escaping @Sendable (Request, CallContext) async throws -> Response
  ) {
    answer = { message, context in
      let request: Request
      do throws(OutcomeError) {
        request = try message.content.decode(
          Request.self, else: .invalidPayload, "A parameter of \(context.method)")
      } catch {
        return .failure(error)
      }
      do {
        let response = try await handler(request, context)
        return .success(try JSONValue(sending: response))
      } catch {
        return .failure(OutcomeError(thrown: error, by: context.method, at: site))
      }
    }
  }
}

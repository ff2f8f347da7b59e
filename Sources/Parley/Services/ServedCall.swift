import KernelProtocol

/// A call of a method of the application's, as the method's handler gets it.
struct ServedCall: Sendable {
  let message: ClientMessage
  let context: CallContext
  let client: Client
  /// Where its items go; nil when the caller wants one value.
  let stream: ServedStream?

  /// The parameters as a Swift type.
  func request<Request: Decodable>(as type: Request.Type) throws(OutcomeError) -> Request {
    try message.content.decode(
      Request.self, else: .invalidPayload, "A parameter of \(context.method)")
  }

  /// Sends an item, as soon as the consumer has room for it.
  func yield(_ value: JSONValue, to stream: ServedStream) async throws(OutcomeError) {
    var hasTold = false
    while true {
      guard !Task.isCancelled else { throw .cancelled(reason: "nobody reads the stream any more") }
      if let number = stream.take() {
        return await client.tell(
          .yieldItem, parent: message.header, metadata: ["sequence": JSONValue(number)],
          content: ["value": value])
      }
      if !hasTold { await client.tell(.creditWait, parent: message.header, content: [:]) }
      hasTold = true
      await stream.waitForCredit()
    }
  }
}

import KernelProtocol

extension Broker {
  /// A peer asks which methods it may call.
  mutating func receiveServices(_ message: IncomingMessage, from peer: Peer) {
    do throws(OutcomeError) {
      let pattern = try servicePattern(in: message)
      let rows = services.keys.sorted().filter { method in
        pattern?.matches(method) != false && mayCall(method, peer)
      }
      let list = rows.flatMap { method in serviceRows(of: method, forClient: peer.isClient) }
      replyOK(
        .servicesReply, to: message.header.bytes, on: peer.id,
        content: FrameBytes(json: ["services": .array(list)]))
    } catch {
      reply(.servicesReply, to: message.header.bytes, on: peer.id, error)
    }
  }

  private func servicePattern(in message: IncomingMessage) throws(OutcomeError) -> NamePattern? {
    guard let value = content(message)?["pattern"], !value.isNull else { return nil }
    guard let text = value.stringValue else {
      throw .malformed("the pattern of services_request is text, such as \"pricing.*\"")
    }
    do { return try NamePattern(text, .method) } catch { throw .malformed(error.description) }
  }

  /// A row for each provider. People get to know more than plugins may rely on.
  private func serviceRows(of method: String, forClient isClient: Bool) -> [JSONValue] {
    guard let service = services[method] else { return [] }
    return service.providers.compactMap { plugins[$0] }.map { plugin in
      var row: JSONObject = [
        "method": .string(method), "plugin": .string(plugin.manifest.name),
        "language": .string(plugin.language),
        "stream": .bool(plugin.manifest.provides[method]?.isStream ?? false),
        "available": .bool(plugin.offers(method)),
      ]
      if isClient {
        row["state"] = .string(plugin.state.word)
        row["policy"] = service.policy.map { .string($0.rawValue) }
      }
      return .object(row)
    }
  }
}

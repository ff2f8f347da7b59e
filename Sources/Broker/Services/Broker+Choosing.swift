import KernelProtocol

extension Broker {
  /// The plugins that a call of a method goes to: one, or several when the method's policy is to broadcast.
  ///
  /// Those that have ended or have withdrawn the method are passed over. A plugin that has not started yet is called when
  /// none has that provides the method; the call waits for it.
  mutating func providers(of method: String, stream: Bool) throws(OutcomeError) -> [Plugin] {
    guard let service = services[method] else {
      throw .noProvider(
        method: method, nearest: NearestNames.find(method, among: services.keys))
    }
    let candidates = candidates(for: method, service)
    guard let first = candidates.first else { throw noneLeft(of: service, for: method) }
    try checkKind(of: method, in: first, stream: stream)
    guard candidates.count > 1 else { return candidates }
    let choices = candidates.map {
      Service.Candidate(plugin: $0.manifest.name, frames: frameCount(of: $0.manifest.name))
    }
    let choice = services[method]?.choose(among: choices)
    return choice?.compactMap { plugins[$0] } ?? []
  }

  private func candidates(for method: String, _ service: Service) -> [Plugin] {
    // Most methods have one provider, and every call comes here.
    if service.providers.count == 1, let only = plugins[service.providers[0]], only.offers(method) {
      return [only]
    }
    let declaring = service.providers.compactMap { plugins[$0] }
    let ready = declaring.filter { $0.offers(method) }
    if service.policy == .broadcast {
      return declaring.filter { $0.offers(method) || $0.isComing }
    }
    return ready.isEmpty ? declaring.filter(\.isComing) : ready
  }

  /// Why none of the providers can be called: what is wrong with the only one, or with the first of several.
  private func noneLeft(of service: Service, for method: String) -> OutcomeError {
    let declaring = service.providers.compactMap { plugins[$0] }
    guard let first = declaring.first else { return .noProvider(method: method) }
    guard declaring.count == 1 else {
      let names = service.providers.joined(separator: ", ")
      return .unavailable(
        "\(method) is declared by the plugins \(names), and none of them provides it now.",
        cause: first.state.error)
    }
    return whyNot(first, for: method)
  }

  private func whyNot(_ plugin: Plugin, for method: String) -> OutcomeError {
    let name = plugin.manifest.name
    switch plugin.state {
    case .failed(let cause):
      return .unavailable(
        "\(method) is provided by the plugin \(name), which is not running: \(cause.message)",
        cause: cause)
    case .quarantined(let cause): return .quarantined(name, cause)
    case .stopped:
      return .unavailable("\(method) is provided by the plugin \(name), which was stopped.")
    case .starting, .loading, .started, .restarting:
      return .noProvider(
        message: "the plugin \(name) declares \(method), but its code does not "
          + "provide it (or has withdrawn it)", nearest: plugin.provided.sorted())
    }
  }

  private func checkKind(
    of method: String, in plugin: Plugin, stream: Bool
  ) throws(OutcomeError) {
    let isStream = plugin.manifest.provides[method]?.isStream ?? false
    guard isStream != stream else { return }
    throw OutcomeError(
      .invalidReply,
      isStream
        ? "\(method) yields a stream: read it with stream()."
        : "\(method) does not yield a stream (its manifest does not say \"stream\": true): "
          + "call it with call().")
  }
}

import KernelProtocol

extension Broker {
  /// The owner of an extension point asks what is contributed to it.
  mutating func receiveContributions(_ message: IncomingMessage, from peer: Peer) {
    do throws(OutcomeError) {
      guard let point = contentString(message, "point"), !point.isEmpty else {
        throw .malformed("contributions_request needs content.point: name the extension point")
      }
      try checkOwner(of: point, peer)
      let list = contributions(to: point).map(\.json)
      replyOK(
        .contributionsReply, to: message.header.bytes, on: peer.id,
        content: FrameBytes(json: ["contributions": .array(list)]))
    } catch {
      reply(.contributionsReply, to: message.header.bytes, on: peer.id, error)
    }
  }

  /// What is contributed to a point by the plugins that run or are about to, in its order.
  func contributions(to point: String) -> [OfferedContribution] {
    let order = owner(of: point)?.manifest.points[point]?.order ?? .priority
    return plugins.values.filter { $0.state.takesRequests && !$0.isComingBack }.flatMap { plugin in
      plugin.manifest.contributions.filter { $0.point == point }.map {
        OfferedContribution(
          contribution: $0, plugin: plugin.manifest.name, language: plugin.language)
      }
    }.sorted { $0.precedes($1, by: order) }
  }

  /// What the owner of a point says of a method that it calls there; nil for any other call.
  func interface(of method: String, calledBy peer: Peer) -> Interface? {
    guard let name = peer.plugin, let points = plugins[name]?.manifest.points, !points.isEmpty
    else { return nil }
    for (point, declared) in points.sorted(by: { $0.key < $1.key }) {
      for offered in contributions(to: point) {
        guard let called = offered.contribution.methods.first(where: { $0.value == method }),
          let method = declared.methods[called.key]
        else { continue }
        return Interface(point: point, method: method)
      }
    }
    return nil
  }

  /// Says of a contribution that nobody asks for it. The owner of its point may come later.
  mutating func warnOfUnownedPoints(_ plugin: Plugin) {
    let known = plugins.values.flatMap(\.manifest.points.keys)
    for contribution in plugin.manifest.contributions where owner(of: contribution.point) == nil {
      let nearest = NearestNames.best(contribution.point, among: known)
      let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
      warn(
        plugin,
        "plugin.json contributes \(contribution.id) to the extension point \(contribution.point), "
          + "which no plugin owns\(hint)")
    }
  }

  private func owner(of point: String) -> Plugin? {
    plugins.values.first { $0.manifest.points[point] != nil }
  }

  private func checkOwner(of point: String, _ peer: Peer) throws(OutcomeError) {
    guard let owner = owner(of: point) else {
      let nearest = NearestNames.find(
        point, among: plugins.values.flatMap(\.manifest.points.keys))
      throw .noProvider(
        message: "No plugin declares the extension point \(point): declare it in "
          + "extensions.points of its owner's plugin.json.", nearest: nearest)
    }
    guard owner.manifest.name == peer.plugin else {
      throw .permissionDenied(
        "the extension point \(point) belongs to the plugin \(owner.manifest.name), and only that "
          + "one may ask for its contributions", permission: "contributions:\(point)")
    }
  }
}

import KernelProtocol

/// The owner of extension points starts once those who contribute to them have started or failed.
extension Broker {
  /// Has a plugin's `on_start` handlers run, once its file has been run and its contributors have settled.
  mutating func startWhenReady(_ name: String) {
    guard let plugin = plugins[name], plugin.isLoaded, plugin.state == .loading,
      awaitedContributors(of: name).isEmpty
    else { return }
    plugins[name]?.isLoaded = false
    openLifecycleFrame(.start, .startPlugin, of: plugin)
  }

  /// A plugin has started or failed: those who waited for it may start.
  mutating func startOwners() {
    for name in plugins.keys.sorted() where plugins[name]?.isLoaded == true {
      startWhenReady(name)
    }
  }

  /// The contributors that have not settled, without those that themselves wait for the owner.
  private func awaitedContributors(of owner: String) -> [String] {
    contributors(of: owner).filter { name in
      plugins[name]?.isComing == true && !startsAfter(owner, name)
    }
  }

  private func contributors(of owner: String) -> [String] {
    guard let points = plugins[owner]?.manifest.points, !points.isEmpty else { return [] }
    return plugins.values.filter { plugin in
      plugin.manifest.name != owner
        && plugin.manifest.contributions.contains { points[$0.point] != nil }
    }.map(\.manifest.name)
  }

  /// Whether a plugin waits for another before it starts, directly or through others: because it requires it, or because
  /// that one contributes to it.
  private func startsAfter(_ other: String, _ name: String) -> Bool {
    var seen: Set<String> = []
    var open = [name]
    while let next = open.popLast() {
      guard seen.insert(next).inserted else { continue }
      if next == other { return true }
      open += (plugins[next]?.manifest.requires ?? []) + contributors(of: next)
    }
    return false
  }
}

/// Finds the sets of waits that nothing outside can release.
///
/// A party waits for some number of others: one of them (racing calls), all of them (a place behind those who came first), or
/// anything between (one of n places). It is **live** when it runs, or when enough of its targets are live. Those that are not live, as the least fixed point of that rule, are deadlocked. Only what can be reached from
/// the new wait is looked at, so the cost is that of the chain and not of the system.
struct WaitGraph {
  /// Tells what a party waits for now.
  let waits: (WaitNode) -> Wait

  /// The cycle of waits that the given party is caught in or waits for, from the party onwards; nil when it can go on.
  ///
  /// The last element waits for one of those before it.
  func deadlock(from start: WaitNode) -> [WaitNode]? {
    let reached = reachable(from: start)
    let live = liveParties(of: reached)
    guard !live.contains(start) else { return nil }
    return path(from: start, in: reached, avoiding: live)
  }

  /// All that the given party waits for and that cannot go on, itself among them; none when it can.
  func stuck(around start: WaitNode) -> [WaitNode] {
    let reached = reachable(from: start)
    let live = liveParties(of: reached)
    guard !live.contains(start) else { return [] }
    return reached.keys.filter { !live.contains($0) }.sorted { left, right in
      guard let left = left.key, let right = right.key else { return right.key != nil }
      return left < right
    }
  }

  private func reachable(from start: WaitNode) -> [WaitNode: Wait] {
    var found: [WaitNode: Wait] = [:]
    var open = [start]
    while let node = open.popLast() {
      guard found[node] == nil else { continue }
      let wait = waits(node)
      found[node] = wait
      open.append(contentsOf: wait.targets)
    }
    return found
  }

  /// The least fixed point, by propagating liveness backwards from those who wait for nothing.
  private func liveParties(of graph: [WaitNode: Wait]) -> Set<WaitNode> {
    var dependents: [WaitNode: [WaitNode]] = [:]
    var missing: [WaitNode: Int] = [:]
    var live: Set<WaitNode> = []
    var open: [WaitNode] = []
    for (node, wait) in graph {
      for target in wait.targets { dependents[target, default: []].append(node) }
      missing[node] = wait.needed
      if wait.needed == 0 { open.append(node) }
    }
    while let node = open.popLast() {
      guard live.insert(node).inserted else { continue }
      for dependent in dependents[node] ?? [] {
        missing[dependent, default: 0] -= 1
        if missing[dependent] == 0 { open.append(dependent) }
      }
    }
    return live
  }

  /// Walks from party to party among the deadlocked until one comes up again.
  private func path(
    from start: WaitNode, in graph: [WaitNode: Wait], avoiding live: Set<WaitNode>
  ) -> [WaitNode] {
    var path: [WaitNode] = []
    var seen: Set<WaitNode> = []
    var next: WaitNode? = start
    while let node = next, seen.insert(node).inserted {
      path.append(node)
      next = graph[node]?.targets.first { !live.contains($0) }
    }
    return path
  }
}

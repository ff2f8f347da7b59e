/// A declared method: who provides it, and whose turn it is.
struct Service {
  /// A provider that a call may go to.
  struct Candidate: Equatable {
    let plugin: String
    /// How many frames it has, waiting or running.
    let frames: Int
  }

  /// The same for all providers; nil when there may be only one.
  let policy: ServicePolicy?
  /// The plugins that declare it, in the order of their declaration.
  private(set) var providers: [String] = []
  /// Those that were told of as available.
  private var announced: Set<String> = []
  /// Who had the last turn.
  private var last: String?

  /// A method without a provider.
  init(policy: ServicePolicy?) { self.policy = policy }

  /// A plugin declares the method; a second time changes nothing.
  mutating func add(_ plugin: String) {
    if !providers.contains(plugin) { providers.append(plugin) }
  }

  /// A provider does not declare it any more.
  mutating func remove(_ plugin: String) {
    providers.removeAll { $0 == plugin }
    announced.remove(plugin)
  }

  /// Notes whether a provider is available.
  ///
  /// - Returns: whether that is news.
  mutating func note(_ plugin: String, isAvailable: Bool) -> Bool {
    isAvailable ? announced.insert(plugin).inserted : announced.remove(plugin) != nil
  }

  /// The plugins that a call goes to: one, or all of them when the policy is to broadcast.
  ///
  /// - Parameter candidates: those that can be called, in the order of `providers`.
  mutating func choose(among candidates: [Candidate]) -> [String] {
    switch policy {
    case .broadcast: return candidates.map(\.plugin)
    case .leastBusy: return candidates.min { $0.frames < $1.frames }.map { [$0.plugin] } ?? []
    case .roundRobin: return takeTurn(among: candidates.map(\.plugin)).map { [$0] } ?? []
    case .first, nil: return candidates.first.map { [$0.plugin] } ?? []
    }
  }

  /// The candidate that comes next after the one of the last turn.
  private mutating func takeTurn(among candidates: [String]) -> String? {
    let start = last.flatMap { providers.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
    last = (providers[start...] + providers[..<start]).first { candidates.contains($0) } ?? last
    return candidates.isEmpty ? nil : last
  }
}

import KernelProtocol

/// The plugins that are to run together, checked against each other.
///
/// Plugins are added in the order of their folders' names, so that of two that claim the same name the same one is
/// refused each time.
public struct ManifestSet: Sendable {
  /// The plugins accepted so far.
  public private(set) var manifests: [PluginManifest] = []
  private var providers: [String: PluginManifest] = [:]
  private var owners: [String: String] = [:]

  /// How the orchestrator is named as the owner of events.
  static let ownName = "parley"
  /// The events that it owns.
  static let ownEvents = ["service:available", "service:gone"]

  /// An empty set.
  public init() {}

  /// Adds a plugin.
  ///
  /// - Throws: what it claims that another has claimed before it: its name, a method, an event.
  public mutating func add(_ manifest: PluginManifest) throws(ManifestProblem) {
    let top = JSONPointer()
    guard !manifests.contains(where: { $0.name == manifest.name }) else {
      throw ManifestProblem(
        top.appending("name"), "another plugin is named \(manifest.name) already")
    }
    for method in manifest.provides.keys.sorted() {
      guard let other = providers[method] else { continue }
      try checkPolicy(of: method, in: manifest, besides: other)
    }
    for event in manifest.emits.keys.sorted() {
      guard !Self.ownEvents.contains(event) else {
        throw ManifestProblem(
          top.appending("events").appending("emits").appending(event),
          "\(event) is an event of Parley's own: choose another name")
      }
      guard let other = owners[event] else { continue }
      throw ManifestProblem(
        top.appending("events").appending("emits").appending(event),
        "\(event) is declared by the plugin \(other) already: an event has one owner")
    }
    for point in manifest.points.keys.sorted() {
      guard let other = manifests.first(where: { $0.points[point] != nil })?.name else { continue }
      throw ManifestProblem(
        top.appending("extensions").appending("points").appending(point),
        "\(point) is declared by the plugin \(other) already: an extension point has one owner")
    }
    for method in manifest.provides.keys where providers[method] == nil {
      providers[method] = manifest
    }
    for event in manifest.emits.keys { owners[event] = manifest.name }
    manifests.append(manifest)
  }

  /// What is wrong with what plugins require of each other and contribute to each other, by the name of the plugin that
  /// cannot run.
  ///
  /// A missing plugin and a cycle are named; a plugin that requires one which cannot run cannot run either.
  ///
  /// - Parameter refused: the plugins that cannot run for a reason of their own.
  public func problems(
    besides refused: [String: ManifestProblem] = [:]
  ) -> [String: ManifestProblem] {
    var problems = contributionProblems().merging(refused) { _, refused in refused }
    for manifest in manifests where problems[manifest.name] == nil {
      if let problem = missingRequirement(of: manifest) ?? requirementCycle(from: manifest) {
        problems[manifest.name] = problem
      }
    }
    while let (name, problem) = nextUnsatisfied(besides: problems) { problems[name] = problem }
    return problems
  }

  /// A plugin that requires one of those that cannot run, and is not yet among them.
  private func nextUnsatisfied(
    besides problems: [String: ManifestProblem]
  ) -> (String, ManifestProblem)? {
    for manifest in manifests where problems[manifest.name] == nil {
      for (index, name) in manifest.requires.enumerated() {
        guard let cause = problems[name] else { continue }
        let place = JSONPointer(["requires", String(index)])
        let message = "it requires the plugin \(name), which cannot run: \(cause.message)"
        return (manifest.name, ManifestProblem(place, message))
      }
    }
    return nil
  }

  /// Several plugins provide a method only when all of them say by which policy one is chosen.
  private func checkPolicy(
    of method: String, in manifest: PluginManifest, besides other: PluginManifest
  ) throws(ManifestProblem) {
    let place = JSONPointer(["services", "provides", method])
    guard let mine = manifest.provides[method], let first = other.provides[method] else { return }
    let claim = "\(method) is provided by the plugin \(other.name) already"
    guard mine.policy != nil || first.policy != nil else {
      throw ManifestProblem(
        place,
        "\(claim): a method has one provider, or several whose manifests declare the same "
          + "\"policy\"")
    }
    guard mine.policy == first.policy else {
      let words = [first, mine].map { method in
        method.policy.map { "the policy \"\($0.rawValue)\"" } ?? "no policy"
      }
      throw ManifestProblem(
        mine.policy == nil ? place : place.appending("policy"),
        "\(claim), with \(words[0]), and by \(manifest.name) with \(words[1]): all providers of a "
          + "method must declare the same")
    }
    guard mine.isStream == first.isStream else {
      let streaming = mine.isStream ? manifest.name : other.name
      throw ManifestProblem(
        place, "\(claim), and only in \(streaming) it is a stream: all providers must agree")
    }
  }

  private func missingRequirement(of manifest: PluginManifest) -> ManifestProblem? {
    let names = manifests.map(\.name)
    for (index, name) in manifest.requires.enumerated() where !names.contains(name) {
      let nearest = NearestNames.best(name, among: names)
      return ManifestProblem(
        JSONPointer(["requires", String(index)]),
        "there is no plugin \(name)" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""))
    }
    return nil
  }

  private func requirementCycle(from manifest: PluginManifest) -> ManifestProblem? {
    let requirements = Dictionary(uniqueKeysWithValues: manifests.map { ($0.name, $0.requires) })
    var path = [manifest.name]
    func returns(_ name: String) -> Bool {
      for next in requirements[name] ?? [] {
        if next == manifest.name { return true }
        guard !path.contains(next) else { continue }
        path.append(next)
        if returns(next) { return true }
        path.removeLast()
      }
      return false
    }
    guard returns(manifest.name) else { return nil }
    let words = (path + [manifest.name]).joined(separator: " requires ")
    return ManifestProblem(JSONPointer(["requires"]), "plugins require each other: \(words)")
  }
}

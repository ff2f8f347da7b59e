import KernelProtocol

/// The plugins that are to run together, checked against each other.
///
/// Plugins are added in the order of their folders' names, so that of two that claim the same name the same one is
/// refused each time.
public struct ManifestSet: Sendable {
  /// The plugins accepted so far.
  public private(set) var manifests: [PluginManifest] = []
  private var providers: [String: String] = [:]
  private var owners: [String: String] = [:]

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
      throw ManifestProblem(
        top.appending("services").appending("provides").appending(method),
        "\(method) is provided by the plugin \(other) already: a method has one provider")
    }
    for event in manifest.emits.keys.sorted() {
      guard let other = owners[event] else { continue }
      throw ManifestProblem(
        top.appending("events").appending("emits").appending(event),
        "\(event) is declared by the plugin \(other) already: an event has one owner")
    }
    for method in manifest.provides.keys { providers[method] = manifest.name }
    for event in manifest.emits.keys { owners[event] = manifest.name }
    manifests.append(manifest)
  }

  /// What is wrong with what plugins require of each other, by the name of the plugin that cannot run.
  ///
  /// A missing plugin and a cycle are named; a plugin that requires one which cannot run cannot run either.
  public func requirementProblems() -> [String: ManifestProblem] {
    var problems: [String: ManifestProblem] = [:]
    for manifest in manifests {
      if let problem = missingRequirement(of: manifest) ?? requirementCycle(from: manifest) {
        problems[manifest.name] = problem
      }
    }
    return problems
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

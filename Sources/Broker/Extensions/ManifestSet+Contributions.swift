import KernelProtocol

extension ManifestSet {
  /// What is wrong with the contributions to points whose owners are there, by the name of the plugin that cannot run.
  func contributionProblems() -> [String: ManifestProblem] {
    var problems: [String: ManifestProblem] = [:]
    var accepted: [(plugin: String, contribution: Contribution)] = []
    for manifest in manifests {
      for (index, contribution) in manifest.contributions.enumerated() {
        let place = JSONPointer(["extensions", "contributes", String(index)])
        if let problem = problem(of: contribution, in: manifest, at: place, besides: accepted) {
          problems[manifest.name] = problem
          break
        }
      }
      guard problems[manifest.name] == nil else { continue }
      accepted += manifest.contributions.map { (manifest.name, $0) }
    }
    return problems
  }

  private func problem(
    of contribution: Contribution, in manifest: PluginManifest, at place: JSONPointer,
    besides accepted: [(plugin: String, contribution: Contribution)]
  ) -> ManifestProblem? {
    guard let owner = manifests.first(where: { $0.points[contribution.point] != nil }),
      let point = owner.points[contribution.point]
    else { return nil }
    if let problem = mismatch(of: contribution, to: point, owner.name, at: place) { return problem }
    let others = accepted.filter { $0.contribution.point == contribution.point }
    let own = manifest.contributions.filter { $0.point == contribution.point }
    if let same = others.first(where: { $0.contribution.id == contribution.id })?.plugin
      ?? (own.count { $0.id == contribution.id } > 1 ? manifest.name : nil)
    {
      return ManifestProblem(
        place.appending("id"),
        "the plugin \(same) contributes a \(contribution.id) to \(contribution.point) already, "
          + "besides \(manifest.name): choose another id")
    }
    guard point.cardinality == .one,
      let first = others.first?.plugin ?? (own.count > 1 ? manifest.name : nil)
    else { return nil }
    return ManifestProblem(
      place,
      "\(contribution.point) takes one contribution, and \(first) and \(manifest.name) both make "
        + "one: remove one of the two, or let \(owner.name) say \"cardinality\": \"many\"")
  }

  private func mismatch(
    of contribution: Contribution, to point: ExtensionPoint, _ owner: String,
    at place: JSONPointer
  ) -> ManifestProblem? {
    let place = place.appending("methods")
    for name in contribution.methods.keys.sorted() where point.methods[name] == nil {
      let nearest = NearestNames.best(name, among: point.methods.keys)
      let known = point.methods.keys.sorted().joined(separator: ", ")
      return ManifestProblem(
        place.appending(name),
        "the interface of \(contribution.point) has no method \(name); "
          + (nearest.map { "did you mean \"\($0)\"?" }
            ?? (known.isEmpty ? "it has none" : "it has \(known)")))
    }
    let missing = point.methods.keys.sorted().filter { contribution.methods[$0] == nil }
    guard let first = missing.first else { return nil }
    return ManifestProblem(
      place,
      "\(owner) wants the method \(first) of each contribution to \(contribution.point): name the "
        + "method of this plugin that does it")
  }
}

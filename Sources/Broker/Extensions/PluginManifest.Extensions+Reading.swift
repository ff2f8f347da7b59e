import KernelProtocol

extension PluginManifest {
  /// Reads the points that it owns, and what it contributes to those of others. Its services are read before.
  mutating func readExtensions(_ top: ManifestObject) throws(ManifestProblem) {
    guard let extensions = try top.child("extensions", keys: ["points", "contributes"]) else {
      return
    }
    if let declared = try extensions.child("points", keys: nil) {
      for member in declared.object {
        let place = declared.pointer.appending(member.key)
        try Self.checkExact(member.key, .method, at: place)
        points[member.key] = try ExtensionPoint(reading: member.value, at: place)
      }
    }
    guard let value = extensions.object["contributes"] else { return }
    let place = extensions.pointer.appending("contributes")
    guard let list = value.arrayValue else {
      throw ManifestProblem(place, "\"contributes\" must be a list of objects, in brackets")
    }
    for (index, entry) in list.enumerated() {
      contributions.append(
        try Contribution(reading: entry, at: place.appending(index), provides: provides))
    }
  }
}

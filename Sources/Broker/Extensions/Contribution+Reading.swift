import KernelProtocol

extension Contribution {
  /// Reads one entry of `extensions.contributes`.
  ///
  /// - Parameter provides: what its plugin provides: its methods must be among these.
  init(
    reading value: JSONValue, at place: JSONPointer, provides: [String: PluginManifest.Method]
  ) throws(ManifestProblem) {
    let entry = try ManifestObject(
      value, at: place, keys: ["point", "id", "priority", "methods", "data", "description"])
    self.init(
      point: try entry.text("point", for: "the extension point, such as \"report.format\""),
      id: try entry.text("id", for: "its name among the contributions to the point"))
    if let value = entry.object["priority"] {
      guard let number = value.doubleValue else {
        throw ManifestProblem(place.appending("priority"), "\"priority\" must be a number")
      }
      priority = number
    }
    if let object = try entry.child("data", keys: nil) { data = .object(object.object) }
    guard let named = try entry.child("methods", keys: nil) else { return }
    for key in named.object.keys {
      methods[key] = try Self.method(key, in: named, provides)
    }
  }

  private static func method(
    _ key: String, in named: ManifestObject, _ provides: [String: PluginManifest.Method]
  ) throws(ManifestProblem) -> String {
    let name = try named.text(key, for: "the method of this plugin that is called for \(key)")
    let place = named.pointer.appending(key)
    guard let method = provides[name] else {
      let nearest = NearestNames.best(name, among: provides.keys)
      throw ManifestProblem(
        place,
        "this plugin does not provide \(name): declare it in services.provides"
          + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""))
    }
    guard !method.isStream else {
      throw ManifestProblem(
        place, "\(name) yields a stream, and what an extension point calls does not")
    }
    return name
  }
}

import KernelProtocol

extension ExtensionPoint {
  /// Reads what a manifest says of one point.
  init(reading value: JSONValue, at place: JSONPointer) throws(ManifestProblem) {
    let point = try ManifestObject(
      value, at: place, keys: ["methods", "cardinality", "order", "description"])
    self.init()
    cardinality = try point.choice("cardinality") ?? .many
    order = try point.choice("order") ?? .priority
    guard let declared = try point.child("methods", keys: nil) else { return }
    for member in declared.object {
      let method = try ManifestObject(
        member.value, at: declared.pointer.appending(member.key),
        keys: ["params", "result", "description"])
      methods[member.key] = Method(
        params: try method.schema("params"), result: try method.schema("result"))
    }
  }
}

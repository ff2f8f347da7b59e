import KernelProtocol

/// A contribution, and who makes it.
struct OfferedContribution {
  let contribution: Contribution
  let plugin: String
  let language: String

  /// As the owner of the point gets it.
  var json: JSONValue {
    let methods = contribution.methods.sorted { $0.key < $1.key }
    return [
      "id": .string(contribution.id), "plugin": .string(plugin), "language": .string(language),
      "methods": .object(JSONObject(methods.map { ($0.key, .string($0.value)) })),
      "data": contribution.data,
    ]
  }

  /// Whether it is listed before another.
  func precedes(_ other: OfferedContribution, by order: ExtensionPoint.Order) -> Bool {
    let (mine, theirs) = (contribution, other.contribution)
    switch order {
    case .name: return (mine.id, plugin) < (theirs.id, other.plugin)
    case .priority:
      guard mine.priority == theirs.priority else { return mine.priority > theirs.priority }
      return (plugin, mine.id) < (other.plugin, theirs.id)
    }
  }
}

import KernelProtocol

extension Confirmation {
  /// As `metadata.confirm` has it.
  var json: JSONValue {
    switch self {
    case .all: "all"
    case .any: "any"
    case .quorum(let count): JSONValue(count)
    }
  }
}

/// A value under construction. Encoding containers are handed out by value and filled later, so
/// what they fill must be shared: one node for each container or scalar.
final class JSONEncodingNode {
  private enum Content {
    case nothing
    case value(JSONValue)
    case array([JSONEncodingNode])
    case object([(key: String, node: JSONEncodingNode)])
  }

  private var content = Content.nothing

  func set(_ value: JSONValue) { content = .value(value) }

  /// An empty container is a container: `[]` and `{}` must not become null.
  func becomeArray() {
    if case .nothing = content { content = .array([]) }
  }

  func becomeObject() {
    if case .nothing = content { content = .object([]) }
  }

  var elementCount: Int {
    if case .array(let nodes) = content { nodes.count } else { 0 }
  }

  func append() -> JSONEncodingNode {
    let node = JSONEncodingNode()
    guard case .array(var nodes) = content else {
      content = .array([node])
      return node
    }
    content = .nothing
    nodes.append(node)
    content = .array(nodes)
    return node
  }

  func member(_ key: String) -> JSONEncodingNode {
    let node = JSONEncodingNode()
    guard case .object(var members) = content else {
      content = .object([(key, node)])
      return node
    }
    content = .nothing
    members.append((key, node))
    content = .object(members)
    return node
  }

  /// What was built; null where nothing was encoded.
  var value: JSONValue {
    switch content {
    case .nothing: .null
    case .value(let value): value
    case .array(let nodes): .array(nodes.map(\.value))
    case .object(let members): .object(JSONObject(members.map { ($0.key, $0.node.value) }))
    }
  }
}

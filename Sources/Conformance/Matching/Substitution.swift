import KernelProtocol

/// Fills in what a table leaves open: `${a.file}` in texts, and values too large to be written down.
struct Substitution: Sendable {
  /// The keys of objects that stand for a value that is made.
  static let generators: Set<String> = ["$cycle", "$nested", "$text"]

  /// Values by name.
  private(set) var variables: [String: JSONValue]

  /// - Parameter variables: values by the name that texts use between `${` and `}`.
  init(_ variables: [String: JSONValue] = [:]) { self.variables = variables }

  /// The same with one more value.
  func adding(_ name: String, _ value: JSONValue) -> Substitution {
    var copy = self
    copy.variables[name] = value
    return copy
  }

  /// The value with everything filled in. A text that is nothing but one `${name}` becomes that value, whatever its type.
  func apply(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): apply(text)
    case .array(let items): .array(items.map(apply))
    case .object(let object): generated(object) ?? .object(apply(object))
    default: value
    }
  }

  /// The members with everything filled in.
  func apply(_ object: JSONObject) -> JSONObject {
    JSONObject(object.map { (text($0.key), apply($0.value)) })
  }

  /// The text with everything filled in.
  func text(_ text: String) -> String {
    guard text.contains("${") else { return text }
    return variables.reduce(text) { text, variable in
      text.replacing(
        "${\(variable.key)}", with: variable.value.stringValue ?? variable.value.description)
    }
  }

  private func apply(_ text: String) -> JSONValue {
    if text.hasPrefix("${"), text.hasSuffix("}"),
      let value = value(named: String(text.dropFirst(2).dropLast()))
    {
      return value
    }
    return .string(self.text(text))
  }

  /// `item.value` is the member `value` of the variable `item`, unless there is a variable of the whole name.
  private func value(named name: String) -> JSONValue? {
    if let value = variables[name] { return value }
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    return variables[parts[0]]?[parts[1]]
  }

  /// `{"$text": "x", "times": 3}`, `{"$nested": 126}` (so many arrays in each other), and `{"$cycle": [1, 2], "times": 3,
  /// "then": [9]}`, which is `[1, 2, 1, 9]`.
  private func generated(_ object: JSONObject) -> JSONValue? {
    if let text = object["$text"]?.stringValue, let times = object["times"]?.intValue {
      return .string(String(repeating: text, count: times))
    }
    if let items = object["$cycle"]?.arrayValue, let times = object["times"]?.intValue {
      let last = object["then"]?.arrayValue ?? []
      return .array((0..<times).map { items[$0 % items.count] } + last)
    }
    guard let levels = object["$nested"]?.intValue else { return nil }
    return (1..<levels).reduce(.array([])) { value, _ in .array([value]) }
  }
}

/// References to other variables in a kernelspec's `env`, by the rules of Python's
/// `string.Template.safe_substitute`, which jupyter_client applies.
enum EnvironmentTemplate {
  /// `text` with `${NAME}` and `$NAME` replaced by their values and `$$` by `$`. A reference to a
  /// variable that is not there is left as it is.
  static func substitute(_ text: String, from environment: [String: String]) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[dollar...]
      let (length, value) = reference(at: rest, environment)
      result += value ?? String(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return result + rest
  }

  /// How long the reference is that begins `text`, and what it stands for.
  private static func reference(
    at text: Substring, _ environment: [String: String]
  ) -> (length: Int, value: String?) {
    let after = text.dropFirst()
    if after.first == "$" { return (2, "$") }
    if after.first == "{" {
      let name = identifier(after.dropFirst())
      let isClosed = after.dropFirst(1 + name.count).first == "}"
      return isClosed && !name.isEmpty ? (name.count + 3, environment[name]) : (1, nil)
    }
    let name = identifier(after)
    return (1 + name.count, name.isEmpty ? nil : environment[name])
  }

  private static func identifier(_ text: Substring) -> String {
    let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    return name.first?.isNumber == true ? "" : String(name)
  }
}

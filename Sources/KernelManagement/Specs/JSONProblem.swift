import Foundation

/// What is wrong with a JSON file, in words for whoever wrote it.
struct JSONProblem {
  /// "\"argv\" is missing", with the line and column when it is the syntax that is wrong.
  let cause: String
  let advice: String

  /// - Parameter error: What `JSONDecoder` threw.
  init(_ error: any Error) {
    switch error as? DecodingError {
    case .keyNotFound(let key, let context):
      cause = "\(Self.place(context.codingPath + [key])) is missing"
      advice = "Add it."
    case .typeMismatch(let type, let context):
      cause = "\(Self.place(context.codingPath)) is not \(Self.name(type))"
      advice = "Correct its value."
    case .valueNotFound(let type, let context):
      cause = "\(Self.place(context.codingPath)) is null and not \(Self.name(type))"
      advice = "Give it a value, or remove it."
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      cause = "it is not JSON: \(Self.syntaxError(context))"
      advice = "Correct the syntax there; JSON has no comments and no comma before a bracket."
    case .dataCorrupted(let context):
      cause = "\(Self.place(context.codingPath)) is wrong: \(context.debugDescription)"
      advice = "Correct its value."
    default:
      cause = "\(error)"
      advice = "Compare it with the kernelspecs that come with Parley."
    }
  }

  /// A path of keys as one would write it: `"metadata.parley.checks[1].run"`.
  private static func place(_ path: [any CodingKey]) -> String {
    let text = path.reduce("") { text, key in
      if let index = key.intValue { return "\(text)[\(index)]" }
      return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
    }
    return text.isEmpty ? "the file" : "\"\(text)\""
  }

  private static func name(_ type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is [String].Type, is [Any].Type: "an array"
    case is [String: String].Type, is [String: Any].Type: "an object"
    default: "of the right type"
    }
  }

  /// Foundation tells the line and column only in the description of the underlying error.
  private static func syntaxError(_ context: DecodingError.Context) -> String {
    let underlying = (context.underlyingError as? CocoaError)?.userInfo["NSDebugDescription"]
    let text = underlying as? String ?? context.debugDescription
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}

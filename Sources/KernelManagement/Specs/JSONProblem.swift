import Foundation

/// What is wrong with a JSON file, in words for whoever wrote it.
struct JSONProblem {
  /// "\"argv\" is missing", with the line and column when it is the syntax that is wrong.
  let cause: String
  let advice: String

  /// - Parameters:
  ///   - error: What `JSONDecoder` threw.
  ///   - bytes: The file, for the place of a syntax error.
  init(_ error: any Error, in bytes: [UInt8]) {
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
      cause = "it is not JSON: \(Self.syntaxError(in: bytes))"
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

  /// On Linux `JSONDecoder` drops the place of a syntax error; `JSONSerialization` tells it, in words:
  /// "Invalid value around character 10.", counted in bytes.
  private static func syntaxError(in bytes: [UInt8]) -> String {
    do {
      _ = try JSONSerialization.jsonObject(with: Data(bytes))
      return "the value is not an object"
    } catch {
      let description = (error as? CocoaError)?.userInfo["NSDebugDescription"] as? String
      let words = (description ?? "the syntax is wrong.").dropLast()
        .split(separator: " around character ")
      let offset = words.count > 1 ? Int(words[1]) : nil
      return "\(words[0]) at \(lineAndColumn(offset ?? bytes.count, in: bytes))"
    }
  }

  /// Both counted from 1, the column in bytes.
  private static func lineAndColumn(_ offset: Int, in bytes: [UInt8]) -> String {
    let lines = bytes.prefix(offset)
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return "line \(lines.count), column \((lines.last?.count ?? 0) + 1)"
  }
}

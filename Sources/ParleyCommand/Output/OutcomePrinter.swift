import Parley

/// Prints how an operation ended: as one JSON object for scripts, or in words.
struct OutcomePrinter {
  let isJSON: Bool

  /// A result.
  func value(_ reply: CallReply) {
    let value = reply.valueWithAttachments
    if isJSON {
      print(["outcome": "ok", "value": value])
    } else {
      Terminal.standardOutput.line(pretty(value))
    }
  }

  /// One item of a stream.
  func item(_ reply: CallReply) {
    let value = reply.valueWithAttachments
    isJSON ? print(["item": value]) : Terminal.standardOutput.line(compact(value))
  }

  /// An outcome other than ok.
  func error(_ error: OutcomeError) {
    guard !isJSON else {
      return print(["outcome": .string(error.outcome.rawValue), "error": named(error)])
    }
    Terminal.standardError.write(ErrorText(error, for: .standardError).text)
  }

  /// One JSON object on a line of its own.
  func print(_ object: JSONValue) { Terminal.standardOutput.line(compact(object)) }

  private func compact(_ value: JSONValue) -> String {
    (try? JSONWriter(.compact, maximumDepth: JSONDepth.content + 4).string(value)) ?? "null"
  }

  private func pretty(_ value: JSONValue) -> String {
    if let text = value.stringValue { return text }
    return (try? JSONWriter(.pretty, maximumDepth: JSONDepth.content + 4).string(value)) ?? "null"
  }

  /// The error object; `name` is what `ename` is, for those who look for the shorter word.
  private func named(_ error: OutcomeError) -> JSONValue {
    guard var object = error.wire().objectValue else { return error.wire() }
    if let name = object["ename"] { object["name"] = name }
    return .object(object)
  }
}

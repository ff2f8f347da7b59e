import KernelProtocol

/// Which messages a step means: those whose named parts are as it says.
struct MessagePattern: Sendable {
  private let from: String?
  private let to: String?
  private let type: String?
  private let name: String?
  private let outcome: String?
  private let content: JSONValue?
  /// A pattern for the content of the message that opened the frame on whose behalf it was sent.
  private let behalf: JSONValue?

  /// Reads a pattern in which everything is filled in.
  init(_ value: JSONValue, at place: String) throws(TableError) {
    let table = try TableObject(
      value, at: place, keys: ["from", "to", "type", "name", "outcome", "content", "behalf"])
    from = try table.optionalText("from")
    to = try table.optionalText("to")
    type = try table.optionalText("type")
    name = try table.optionalText("name")
    outcome = try table.optionalText("outcome")
    content = table["content"]
    behalf = table["behalf"]
  }

  /// Whether a message is meant.
  ///
  /// - Parameter entries: where the message that opened its frame is looked for.
  func matches(_ entry: ExchangeEntry, among entries: [ExchangeEntry]) -> Bool {
    for (wanted, actual) in [(from, entry.from), (to, entry.to), (type, entry.type)]
    where wanted != nil && wanted != actual { return false }
    for (wanted, actual) in [(name, entry.name), (outcome, entry.outcome)]
    where wanted != nil && wanted != actual { return false }
    guard Self.fits(content, entry.content) else { return false }
    guard let behalf else { return true }
    guard let opening = entries.first(where: { $0.id == entry.parentID }) else { return false }
    return Self.fits(behalf, opening.content)
  }

  /// Contents are compared by the fields that the pattern names.
  private static func fits(_ pattern: JSONValue?, _ content: String) -> Bool {
    guard let pattern else { return true }
    guard let fields = pattern.objectValue,
      let value = try? JSONParser(maximumDepth: JSONDepth.content).parse(content)
    else { return false }
    return Matcher.fieldsProblem(fields, value, at: "") == nil
  }
}

/// Writes a ``JSONValue`` as JSON text, and refuses what has no faithful JSON form.
///
/// The same value always gives the same text: members in their order, doubles in the shortest form
/// that reads back as the same, text in UTF-8 with only the escapes that must be.
public struct JSONWriter: Sendable {
  public enum Layout: Sendable {
    /// No white space at all.
    case compact
    /// One member or element a line, two spaces a level.
    case pretty
  }

  public var layout: Layout
  /// Levels of arrays and objects.
  public var maximumDepth: Int

  public init(_ layout: Layout = .compact, maximumDepth: Int = JSONDepth.value) {
    self.layout = layout
    self.maximumDepth = maximumDepth
  }

  /// - Throws: ``JSONError/Code/notFinite`` or ``JSONError/Code/tooDeep`` with the path to the
  ///   value.
  public func write(_ value: JSONValue) throws(JSONError) -> [UInt8] {
    var out: [UInt8] = []
    try write(value, depth: 0, to: &out)
    return out
  }

  public func string(_ value: JSONValue) throws(JSONError) -> String {
    String(decoding: try write(value), as: UTF8.self)
  }

  private func write(_ value: JSONValue, depth: Int, to out: inout [UInt8]) throws(JSONError) {
    switch value {
    case .null: out.append(contentsOf: "null".utf8)
    case .bool(let bool): out.append(contentsOf: (bool ? "true" : "false").utf8)
    case .integer(let integer): JSONText.append(integer, to: &out)
    case .double(let double):
      guard JSONText.append(double, to: &out) else {
        throw JSONError(.notFinite, path: JSONPath(), reason: "\(double) has no JSON form")
      }
    case .string(let string): JSONText.append(string, to: &out)
    case .array(let array): try write(array, depth: depth, to: &out)
    case .object(let object): try write(object, depth: depth, to: &out)
    }
  }

  private func write(_ array: [JSONValue], depth: Int, to out: inout [UInt8]) throws(JSONError) {
    try checkDepth(depth)
    out.append(ASCII.openBracket)
    for (index, element) in array.enumerated() {
      beginItem(isFirst: index == 0, depth: depth + 1, to: &out)
      do {
        try write(element, depth: depth + 1, to: &out)
      } catch {
        throw error.inside(.index(index))
      }
    }
    end(ASCII.closeBracket, isEmpty: array.isEmpty, depth: depth, to: &out)
  }

  private func write(_ object: JSONObject, depth: Int, to out: inout [UInt8]) throws(JSONError) {
    try checkDepth(depth)
    out.append(ASCII.openBrace)
    for (index, member) in object.enumerated() {
      beginItem(isFirst: index == 0, depth: depth + 1, to: &out)
      JSONText.append(member.key, to: &out)
      out.append(ASCII.colon)
      if layout == .pretty { out.append(ASCII.space) }
      do {
        try write(member.value, depth: depth + 1, to: &out)
      } catch {
        throw error.inside(.key(member.key))
      }
    }
    end(ASCII.closeBrace, isEmpty: object.isEmpty, depth: depth, to: &out)
  }

  private func checkDepth(_ depth: Int) throws(JSONError) {
    guard depth < maximumDepth else {
      throw JSONError(
        .tooDeep, path: JSONPath(), reason: "nested more than \(maximumDepth) levels deep")
    }
  }

  private func beginItem(isFirst: Bool, depth: Int, to out: inout [UInt8]) {
    if !isFirst { out.append(ASCII.comma) }
    if layout == .pretty { newLine(depth: depth, to: &out) }
  }

  private func end(_ bracket: UInt8, isEmpty: Bool, depth: Int, to out: inout [UInt8]) {
    if layout == .pretty, !isEmpty { newLine(depth: depth, to: &out) }
    out.append(bracket)
  }

  private func newLine(depth: Int, to out: inout [UInt8]) {
    out.append(ASCII.newline)
    out.append(contentsOf: repeatElement(ASCII.space, count: 2 * depth))
  }
}

/// One line of user code on the way to an error (specs/kernel-protocol.md §2.1).
public struct StackFrame: Sendable, Equatable {
  /// Stamped by the orchestrator, which knows from whom the frame came.
  public var plugin: String?
  public var language: String?
  /// An absolute path, or `<cell N>`.
  public var file: String
  /// From 1.
  public var line: Int
  /// From 1; only where a syntax error is.
  public var column: Int?
  public var function: String?

  public init(
    plugin: String? = nil, language: String? = nil, file: String, line: Int, column: Int? = nil,
    function: String? = nil
  ) {
    self.plugin = plugin
    self.language = language
    self.file = file
    self.line = line
    self.column = column
    self.function = function
  }
}

extension StackFrame {
  /// - Returns: nil when file or line are missing or of a wrong type.
  init?(wire: JSONValue) {
    guard let file = wire["file"]?.stringValue, let line = wire["line"]?.intValue else {
      return nil
    }
    self.init(
      plugin: wire["plugin"]?.stringValue, language: wire["language"]?.stringValue, file: file,
      line: line, column: wire["column"]?.intValue, function: wire["function"]?.stringValue)
  }

  /// As it stands in an error object.
  public var wire: JSONValue {
    var object = JSONObject()
    object["plugin"] = plugin.map { .string($0) }
    object["language"] = language.map { .string($0) }
    object["file"] = .string(file)
    object["line"] = JSONValue(line)
    object["column"] = column.map { JSONValue($0) }
    object["function"] = function.map { .string($0) }
    return .object(object)
  }
}

extension StackFrame: CustomStringConvertible {
  /// `/p/stats.lua:12 in summary (stats, lua)`
  public var description: String {
    var text = "\(file):\(line)"
    if let column { text += ":\(column)" }
    if let function { text += " in \(function)" }
    let origin = [plugin, language].compactMap(\.self)
    return origin.isEmpty ? text : text + " (\(origin.joined(separator: ", ")))"
  }
}

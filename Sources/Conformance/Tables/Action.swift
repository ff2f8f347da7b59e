import KernelProtocol

/// What a step does.
enum Action: Sendable {
  /// Calls a method as the operator.
  case call(Request)
  /// Reads a stream, up to so many items.
  case stream(Request, take: Int?)
  /// Opens a stream and takes nothing, so that its producer comes to wait for credit in a frame that stays open.
  case hold(Request)
  /// Emits an event as the operator.
  case emit(String, payload: JSONValue)
  /// Waits for steps that were begun. Of several exactly one must be as expected and all others as `rest` says.
  case end([String], rest: Expectation?)
  /// Gives up a call that was begun.
  case cancel(String)
  /// Lets a held stream go.
  case release(String)
  /// Sends a signal to a plugin's process.
  case signal(String, plugin: String)
  /// Waits until so many messages have passed.
  case until(JSONValue, count: Int)
  /// Counts the messages that have passed.
  case count(JSONValue)
  /// Lists the messages that have passed, as objects.
  case messages(JSONValue)
  /// Collects what was printed on behalf of a frame.
  case output(JSONValue)
  /// Looks at how a plugin stands.
  case status(String)
  /// Runs a cell of the kernel's `language.json` in a kernel without a plugin.
  case execute(String)
  /// Ends the orchestrator.
  case stop

  /// The keys that name an action; a step has exactly one.
  static let keys: Set<String> = [
    "call", "stream", "hold", "emit", "end", "cancel", "release", "signal", "until", "count",
    "messages", "output", "status", "execute", "stop",
  ]

  private static let signals: Set<String> = ["INT", "KILL", "TERM"]

  /// Reads the action of a step.
  init(_ table: TableObject) throws(TableError) {
    let found = table.object.keys.filter {
      Self.keys.contains($0) && !($0 == "count" && table["until"] != nil)
    }
    guard found.count == 1, let key = found.first else {
      throw TableError(
        place: table.place,
        message: "a step does one thing of: \(Self.keys.sorted().joined(separator: ", "))")
    }
    if let request = try Self.request(key, table) {
      self = request
    } else {
      self = try Self.observation(key, table) ?? .stop
    }
  }

  private static func request(_ key: String, _ table: TableObject) throws(TableError) -> Action? {
    switch key {
    case "call": .call(try Request(key, table))
    case "stream": .stream(try Request(key, table), take: try table.number("take").map { Int($0) })
    case "hold": .hold(try Request(key, table))
    case "emit": .emit(try table.text(key), payload: table["payload"] ?? [:])
    case "cancel": .cancel(try table.text(key))
    case "release": .release(try table.text(key))
    case "signal": .signal(try Self.signal(table), plugin: try table.text("plugin"))
    case "execute": .execute(try table.text(key))
    default: nil
    }
  }

  /// A pattern of messages. It is read again when everything in it is filled in; here its mistakes are found.
  private static func pattern(_ key: String, _ table: TableObject) throws(TableError) -> JSONValue {
    let value = table[key] ?? [:]
    try Matcher.checkRules(value, at: table.place)
    _ = try MessagePattern(value, at: table.place)
    return value
  }

  private static func signal(_ table: TableObject) throws(TableError) -> String {
    let name = try table.text("signal")
    guard signals.contains(name) else {
      throw TableError(
        place: table.place,
        message: "\"signal\" is one of \(signals.sorted().joined(separator: ", "))")
    }
    return name
  }

  private static func observation(
    _ key: String, _ table: TableObject
  ) throws(TableError) -> Action? {
    switch key {
    case "end":
      let rest = table["rest"]
      return .end(
        try table.texts(key),
        rest: rest == nil ? nil : try Expectation(rest ?? [:], at: table.place + ", rest"))
    case "until":
      return .until(try pattern(key, table), count: Int(try table.number("count") ?? 1))
    case "count": return .count(try pattern(key, table))
    case "messages": return .messages(try pattern(key, table))
    case "output": return .output(try pattern(key, table))
    case "status": return .status(try table.text(key))
    default: return nil
    }
  }
}

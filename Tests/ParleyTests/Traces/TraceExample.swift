import Parley

/// Traces with times in whole milliseconds.
enum TraceExample {
  /// An order goes from plugin to plugin by calls and events, and the last step fails.
  static let chain = [
    span(1, nil, "shop.submit", "shop", "lua", caller: "operator", 0, 4),
    span(2, 1, "emit order:submitted", "shop", "lua", 1, 1, opened: 1),
    span(3, 2, "on order:submitted", "valid", "node", 1, 8),
    span(4, 3, "store.save", "store", "python", caller: "valid", 2, 6),
    span(5, 3, "emit order:saved", "valid", "node", 7, 7, opened: 1),
    span(6, 5, "on order:saved", "mail", "perl", 7, 10, .handlerError, "no paper\nat mail.pl"),
  ]

  /// A step.
  static func span(
    _ id: UInt64, _ parent: UInt64?, _ name: String, _ plugin: String, _ language: String,
    caller: String? = nil, _ requested: Int64, _ ended: Int64, _ outcome: Outcome = .ok,
    _ message: String? = nil, opened: Int = 0
  ) -> SpanRecord {
    SpanRecord(
      trace: "4bf92f3577b34da6a3ce929d0e0e4736", span: id, parent: parent, name: name,
      plugin: plugin, language: language, caller: caller, requested: time(requested),
      started: time(requested), ended: time(ended), depth: 1, outcome: outcome, message: message,
      openedFrames: opened)
  }

  /// 2026-01-02T03:04:05Z and so many milliseconds.
  private static func time(_ milliseconds: Int64) -> Int64 {
    (1_767_323_045_000 + milliseconds) * 1_000_000
  }
}

public import KernelProtocol

/// Something that people want to see.
public enum BrokerReport: Sendable {
  /// A plugin is in another state.
  case plugin(String, PluginState)
  /// An attached plugin is gone, and its name is free; with what ended it, unless it left by itself.
  case departed(plugin: String, OutcomeError?)
  /// A kernel said hello.
  case greeted(ConnectionID, implementation: String, version: String)
  /// A plugin wrote a line to its log.
  case log(source: String, language: String, level: String, message: String, fields: JSONValue)
  /// Plugin code printed.
  case output(source: String, language: String, stream: String, text: String)
  /// A handler that nobody waits for has failed.
  case handlerFailed(plugin: String, handler: String, OutcomeError)
  /// A subscriber could not handle an event, and no attempt follows.
  case deadLetter(number: UInt64, DeadLetter)
  /// A frame was opened; only with ``BrokerConfiguration/reportsOpenings``.
  case opened(FrameOpening)
  /// A frame has ended.
  case span(Span)
  /// Something was refused or dropped, and why.
  case dropped(source: String, reason: DropReason)
}

import KernelProtocol

extension Broker {
  /// A text field of a message's content; nil when the content is not an object or has no such text.
  func contentString(_ message: IncomingMessage, _ name: String) -> String? {
    content(message)?[name]?.stringValue
  }

  /// A message's content, parsed; for rare messages only.
  func content(_ message: IncomingMessage) -> JSONValue? {
    try? JSONParser(maximumDepth: JSONDepth.content).parse(message.content)
  }
}

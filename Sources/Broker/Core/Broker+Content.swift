import KernelProtocol

extension Broker {
  /// A text field of a message's content; nil when the content is not an object or has no such text.
  func contentString(_ envelope: Envelope, _ name: String) -> String? {
    content(envelope)?[name]?.string
  }

  /// A message's content, parsed; for rare messages only.
  func content(_ envelope: Envelope) -> JSONValue? { try? JSONParser.parse(envelope.content) }
}

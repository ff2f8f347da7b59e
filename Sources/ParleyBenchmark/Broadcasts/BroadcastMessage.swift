import KernelProtocol

/// The event that is measured, and the sizes of the frames in which the orchestrator publishes it.
enum BroadcastMessage {
  /// The application's own.
  static let event = "benchmark:tick"

  /// As much as a call has.
  static let payload = FloorMessage.parameters

  /// Topic, `<IDS|MSG>`, signature, header, parent header, metadata, content.
  static let frameSizes: [Int] = {
    var orchestrator = HeaderFactory(session: "o-0123456789abcdef")
    var metadata = MessageMetadata()
    metadata.event = event
    metadata.eventID = "host-100"
    metadata.emitter = "host"
    metadata.tenant = "default"
    metadata.traceparent = "00-" + String(repeating: "0", count: 49) + "-01"
    metadata.hops = 0
    metadata.sequence = 100
    metadata.attempt = 1
    let published = Envelope(
      header: orchestrator.make(.event, date: "2026-01-02T03:04:05.678Z"),
      parentHeader: Envelope.emptyObject, metadata: metadata.bytes,
      content: FrameBytes(json: payload))
    let topic = FrameBytes(String(repeating: "0", count: 32))
    return published.encode(signer: Signer(key: "key"), topic: topic).map(\.count)
  }()
}

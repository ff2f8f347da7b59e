import KernelProtocol

/// The sizes of the frames of a call, as the orchestrator sends them to a kernel.
enum FloorMessage {
  /// The parameters of the calls that are measured.
  static let parameters: JSONValue = ["text": "The quick brown fox jumps over the lazy dog."]

  /// `<IDS|MSG>`, signature, header, parent header, metadata, content.
  static let frameSizes: [Int] = {
    var orchestrator = HeaderFactory(session: "o-0123456789abcdef")
    var client = HeaderFactory(session: "host")
    let date = "2026-01-02T03:04:05.678Z"
    var metadata = MessageMetadata()
    metadata.method = "python_b.echo"
    metadata.remaining = 30
    metadata.depth = 1
    metadata.caller = "operator"
    metadata.tenant = "default"
    metadata.traceparent = "00-" + String(repeating: "0", count: 49) + "-01"
    let call = Envelope(
      header: orchestrator.make(.callRequest, date: date),
      parentHeader: client.make(.callRequest, date: date).bytes, metadata: metadata.bytes,
      content: FrameBytes(json: parameters))
    return call.encode(signer: Signer(key: "key")).map(\.count)
  }()
}

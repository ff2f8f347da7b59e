import KernelProtocol

extension Envelope {
  /// The bytes that a mailbox holds while the message waits.
  var byteCount: Int { content.count + buffers.reduce(0) { $0 + $1.count } }

  /// The same message with nothing in it, so that a running frame does not hold on to its parameters.
  var withoutBody: Envelope {
    Envelope(
      header: header, parentHeader: .emptyObject, metadata: .emptyObject, content: .emptyObject,
      buffers: [])
  }
}

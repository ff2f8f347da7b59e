internal import CZeroMQ

extension Multipart {
  /// A message whose parts are copies of `parts`.
  public convenience init(_ parts: [[UInt8]]) {
    self.init()
    for part in parts { append(part) }
  }

  /// Adds a part of `count` bytes that `initialize` fills; it must write all of them.
  public func append<Failure: Error>(
    count: Int, initializingWith initialize: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let slot = appendSlot()
    slot.initializeMessage(count: count)
    try initialize(slot.mutableBytes)
  }

  /// Adds a copy of `bytes`.
  public func append(_ bytes: UnsafeRawBufferPointer) {
    append(count: bytes.count) { $0.copyMemory(from: bytes) }
  }

  /// Adds a copy of `bytes`.
  public func append(_ bytes: [UInt8]) {
    append(count: bytes.count) { $0.copyBytes(from: bytes) }
  }

  /// Adds `message` without copying its bytes.
  public func append(_ message: Message) {
    message.share(into: appendSlot())
  }

  /// Adds a part of another message, which keeps it, without copying its bytes.
  public func append(part index: Int, of other: Multipart) {
    let slot = appendSlot()
    zmq_msg_copy(slot, other.slot(index))
  }
}

internal import CZeroMQ

extension Multipart {
  /// The number of bytes in part `index`.
  public func byteCount(ofPart index: Int) -> Int { zmq_msg_size(slot(index)) }

  /// The bytes of part `index`, copied.
  public func bytes(ofPart index: Int) -> [UInt8] {
    withUnsafeBytes(ofPart: index) { [UInt8]($0) }
  }

  /// Calls `body` with the bytes of part `index`, which are valid only until it returns.
  public func withUnsafeBytes<Result, Failure: Error>(
    ofPart index: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(slot(index).mutableBytes))
  }

  /// Takes part `index` out without copying its bytes; an empty part stays in its place.
  public func takeMessage(fromPart index: Int) -> Message {
    Message(taking: slot(index))
  }

  /// What libzmq knows of the peer that sent part `index`; nil for a part made here.
  public func property(_ property: MessageProperty, ofPart index: Int) -> String? {
    slot(index).property(property)
  }
}

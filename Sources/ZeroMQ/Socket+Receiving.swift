internal import CZeroMQ

extension Socket {
  /// Receives a message if there is one, replacing what `multipart` held.
  ///
  /// In the handler of a ``ZeroMQLoop`` it also says that there is none when the socket had its
  /// share of the loop's turn; the handler is called again in the next one.
  ///
  /// - Returns: Whether a message was received; if not, `multipart` is empty.
  /// - Throws: `terminated`, `closed`.
  public func receive(into multipart: Multipart) throws(ZeroMQError) -> Bool {
    multipart.removeAll()
    if let watch, !watch.mayReceive() { return false }
    guard try receivePart(into: multipart) else {
      watch?.didDrain()
      return false
    }
    watch?.didReceive()
    while zmq_msg_more(multipart.slot(multipart.count - 1)) != 0 {
      // libzmq hands over messages whole: once the first part came, the others are there.
      guard try receivePart(into: multipart) else { break }
    }
    return true
  }

  /// Receives a message if there is one; see ``receive(into:)``, which allocates less.
  public func receive() throws(ZeroMQError) -> Multipart? {
    let multipart = Multipart()
    return try receive(into: multipart) ? multipart : nil
  }

  /// Receives a part; false if there is none.
  private func receivePart(into multipart: Multipart) throws(ZeroMQError) -> Bool {
    let slot = multipart.appendSlot()
    let result = Gate.call { zmq_msg_recv(slot, handle, ZMQ_DONTWAIT) }
    guard result < 0 else { return true }
    multipart.removeLastSlot()
    guard result == -EAGAIN else {
      throw ZeroMQError(errorNumber: -result, operation: .receive)
    }
    return false
  }
}

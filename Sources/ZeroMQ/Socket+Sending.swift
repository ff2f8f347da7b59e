internal import CZeroMQ

extension Socket {
  /// Sends a message without blocking, and empties `multipart` if it was sent.
  ///
  /// A message is sent whole or not at all. An empty one counts as sent.
  ///
  /// - Throws: `terminated`, `closed`, `unsupported` (a kind of socket that only receives).
  public func send(_ multipart: Multipart) throws(ZeroMQError) -> SendOutcome {
    let outcome = try sendParts(multipart.count) { index, flags in
      zmq_msg_send(multipart.slot(index), handle, flags)
    }
    if outcome == .sent { multipart.removeAll() }
    return outcome
  }

  /// Sends a message of `parts` without blocking or copying their bytes; see
  /// ``send(_:)-(Multipart)``. The parts may be sent again, also to other sockets.
  public func send(_ parts: [Message]) throws(ZeroMQError) -> SendOutcome {
    var part = zmq_msg_t()
    zmq_msg_init(&part)
    defer { zmq_msg_close(&part) }
    return try sendParts(parts.count) { index, flags in
      parts[index].share(into: &part)
      return zmq_msg_send(&part, handle, flags)
    }
  }

  /// Sends copies of `parts` as one message without blocking; see ``send(_:)-(Multipart)``.
  public func send(_ parts: [[UInt8]]) throws(ZeroMQError) -> SendOutcome {
    try sendParts(parts.count) { index, flags in
      zmq_send(handle, parts[index], parts[index].count, flags)
    }
  }

  /// Sends parts one after the other by `send`, a call of libzmq's.
  private func sendParts(
    _ count: Int, _ send: (_ index: Int, _ flags: Int32) -> Int32
  ) throws(ZeroMQError) -> SendOutcome {
    watch?.touch()
    var outcome = SendOutcome.sent
    for index in 0..<count {
      let flags = ZMQ_DONTWAIT | (index < count - 1 ? ZMQ_SNDMORE : 0)
      let result = Gate.call { send(index, flags) }
      if result >= 0 { continue }
      switch (-result, index) {
      case (EAGAIN, 0): return .wouldBlock
      case (EHOSTUNREACH, 0): return .hostUnreachable
      case (EAGAIN, _):
        // Only when the peer vanished after the first part: libzmq took back what it had, and
        // drops all up to the last part. So go on offering, or it would drop the next message
        // instead (lb.cpp, `_dropping`).
        outcome = .hostUnreachable
      default: throw ZeroMQError(errorNumber: -result, operation: .send)
      }
    }
    return outcome
  }
}

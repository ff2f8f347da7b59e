internal import CZeroMQ

extension Socket {
  /// Sets an option.
  ///
  /// - Throws: `invalidArgument` for a value out of range or an option of another kind of socket.
  public func set<Value>(
    _ option: SocketOption<Value>, to value: Value
  ) throws(ZeroMQError) {
    try set(option.number, option.name, value.optionBytes)
  }

  /// An option's value.
  public func get<Value>(_ option: SocketOption<Value>) throws(ZeroMQError) -> Value {
    guard let value = Value(optionBytes: try get(option.number, option.name, Value.optionCapacity))
    else {
      throw ZeroMQError(errorNumber: EINVAL, operation: .getOption, subject: option.name)
    }
    return value
  }

  /// SUB: asks for the messages whose first part begins with `prefix`.
  ///
  /// XPUB in manual mode: admits the subscription *last received* from this socket to `prefix`,
  /// which need not be what the peer asked for. It is for that peer alone, and does nothing if the
  /// peer has gone.
  public func subscribe(to prefix: [UInt8]) throws(ZeroMQError) {
    try set(ZMQ_SUBSCRIBE, "subscribe", prefix)
  }

  /// Undoes one ``subscribe(to:)`` of the same prefix; on XPUB, of the peer whose subscription
  /// or end of one was last received.
  public func unsubscribe(from prefix: [UInt8]) throws(ZeroMQError) {
    try set(ZMQ_UNSUBSCRIBE, "unsubscribe", prefix)
  }

  /// The endpoint last bound or connected to, as libzmq resolved it; empty if there is none.
  public var lastEndpoint: String {
    get throws(ZeroMQError) {
      let bytes = try get(ZMQ_LAST_ENDPOINT, "lastEndpoint", [UInt8].optionCapacity)
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// The descriptor that becomes readable when libzmq has news (`ZMQ_FD`).
  ///
  /// Only a hint to look at ``events``: any send or receive may take the news with it, after which
  /// the descriptor stays silent though messages wait. A ``ZeroMQLoop`` sees to that.
  public var fileDescriptor: Int32 {
    get throws(ZeroMQError) { try integer(ZMQ_FD, "fileDescriptor") }
  }

  /// What the socket could do at once.
  public var events: SocketEvents {
    get throws(ZeroMQError) {
      watch?.touch()
      return try pendingEvents()
    }
  }

  /// What ``events`` says, for the loop's own look.
  func pendingEvents() throws(ZeroMQError) -> SocketEvents {
    SocketEvents(rawValue: try integer(ZMQ_EVENTS, "events"))
  }

  /// A C `int` option, read without allocation since `ZMQ_EVENTS` is on the hot path.
  private func integer(_ option: Int32, _ name: String) throws(ZeroMQError) -> Int32 {
    var value: Int32 = 0
    var size = MemoryLayout<Int32>.size
    try Gate.check(.getOption, name) { zmq_getsockopt(handle, option, &value, &size) }
    return value
  }

  private func set(_ option: Int32, _ name: String, _ bytes: [UInt8]) throws(ZeroMQError) {
    try Gate.check(.setOption, name) { zmq_setsockopt(handle, option, bytes, bytes.count) }
  }

  private func get(
    _ option: Int32, _ name: String, _ capacity: Int
  ) throws(ZeroMQError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: capacity)
    var size = bytes.count
    try Gate.check(.getOption, name) { zmq_getsockopt(handle, option, &bytes, &size) }
    return Array(bytes.prefix(size))
  }
}

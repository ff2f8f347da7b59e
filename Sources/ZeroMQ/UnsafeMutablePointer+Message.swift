internal import CZeroMQ

/// What ``Message`` and ``Multipart`` both do with a `zmq_msg_t`.
extension UnsafeMutablePointer where Pointee == zmq_msg_t {
  /// Makes a message of `count` uninitialised bytes of raw memory.
  ///
  /// Like any allocation in Swift it ends the process if there is no memory.
  func initializeMessage(count: Int) {
    let result = zmq_msg_init_size(self, count)
    precondition(result == 0, "out of memory for a message of \(count) bytes")
  }

  /// The bytes of an initialised message.
  var mutableBytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: zmq_msg_data(self), count: zmq_msg_size(self))
  }

  /// What libzmq knows of the message's sender, or nil.
  func property(_ property: MessageProperty) -> String? {
    zmq_msg_gets(self, property.rawValue).map { String(cString: $0) }
  }
}

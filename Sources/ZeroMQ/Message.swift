internal import CZeroMQ

/// One part of a multipart message: bytes that never change, counted by reference.
///
/// Sending a message, to one socket or to many, shares its buffer rather than copying it
/// (`zmq_msg_copy`); up to 33 bytes, libzmq keeps and copies them in place.
///
/// `@unchecked Sendable`, because: its bytes are written only while it is made, and the one thing
/// that changes afterwards is libzmq's atomic reference count. That holds only if `zmq_msg_copy`
/// finds the buffer marked as shared (otherwise it marks it, without a lock), and so ``seal()``
/// has the mark set before anybody else can see the message.
public final class Message: @unchecked Sendable {
  private let raw: UnsafeMutablePointer<zmq_msg_t>

  /// A message of `count` bytes that `initialize` fills.
  ///
  /// - Parameter initialize: Gets the uninitialised bytes and must write all of them.
  public init<Failure: Error>(
    count: Int, initializingWith initialize: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    raw = .allocate(capacity: 1)
    raw.initializeMessage(count: count)
    try initialize(raw.mutableBytes)
    seal()
  }

  /// A message with a copy of `bytes`.
  public convenience init(_ bytes: UnsafeRawBufferPointer) {
    self.init(count: bytes.count) { $0.copyMemory(from: bytes) }
  }

  /// A message with a copy of `bytes`.
  public convenience init(_ bytes: [UInt8]) {
    self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
  }

  /// Takes over what `other` holds, without copying it, and leaves an empty message there.
  init(taking other: UnsafeMutablePointer<zmq_msg_t>) {
    raw = .allocate(capacity: 1)
    zmq_msg_init(raw)
    zmq_msg_move(raw, other)
    seal()
  }

  deinit {
    zmq_msg_close(raw)
    raw.deallocate()
  }

  /// The number of bytes.
  public var count: Int { zmq_msg_size(raw) }

  /// The bytes, copied.
  public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  /// Calls `body` with the bytes, which are valid only until it returns.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(raw.mutableBytes))
  }

  /// What libzmq knows of the peer that sent the message; nil for one made here.
  public func property(_ property: MessageProperty) -> String? { raw.property(property) }

  /// Whether libzmq counts the references to the bytes; never so if they are kept in place.
  var isShared: Bool { zmq_msg_get(raw, ZMQ_SHARED) == 1 }

  /// Makes `other`, an initialised message, a second reference to the same bytes.
  func share(into other: UnsafeMutablePointer<zmq_msg_t>) {
    zmq_msg_copy(other, raw)
  }

  /// Has libzmq mark the buffer as shared, once and before other threads can copy it.
  private func seal() {
    guard !isShared else { return }
    var copy = zmq_msg_t()
    zmq_msg_init(&copy)
    zmq_msg_copy(&copy, raw)
    zmq_msg_close(&copy)
  }
}

internal import CZeroMQ

/// A multipart message being received, read, built or sent.
///
/// It keeps its storage from one message to the next, so that a loop that reuses one allocates
/// nothing for messages of small parts. To keep a part beyond the next message take it out as a
/// ``Message``, which copies no bytes.
///
/// Not `Sendable`: it belongs to whoever owns the socket.
public final class Multipart {
  /// Beyond this many parts the storage is given back after the message, lest one odd peer make
  /// it large for good.
  private static let retainedCapacity = 64

  /// Every slot holds an initialised message; those from `count` on are empty.
  private var slots: UnsafeMutablePointer<zmq_msg_t>
  private var capacity: Int

  /// The number of parts.
  public private(set) var count = 0

  /// An empty message.
  public init() {
    capacity = 8
    slots = Self.makeSlots(capacity)
  }

  deinit { Self.destroy(slots, capacity) }

  /// Whether there are no parts.
  public var isEmpty: Bool { count == 0 }

  /// The bytes in all parts together.
  public var byteCount: Int {
    (0..<count).reduce(0) { $0 + zmq_msg_size(slots + $1) }
  }

  /// Removes all parts.
  public func removeAll() {
    for index in 0..<count {
      zmq_msg_close(slots + index)
      zmq_msg_init(slots + index)
    }
    count = 0
    guard capacity > Self.retainedCapacity else { return }
    Self.destroy(slots, capacity)
    capacity = 8
    slots = Self.makeSlots(capacity)
  }

  /// Adds an empty part and returns it, to be filled at once.
  func appendSlot() -> UnsafeMutablePointer<zmq_msg_t> {
    if count == capacity { grow() }
    count += 1
    return slots + (count - 1)
  }

  /// Removes the last part, which must be empty.
  func removeLastSlot() { count -= 1 }

  /// The part at `index`, which must be one of ``count``.
  func slot(_ index: Int) -> UnsafeMutablePointer<zmq_msg_t> {
    precondition(index >= 0 && index < count, "no part \(index) in a message of \(count)")
    return slots + index
  }

  private func grow() {
    let larger = Self.makeSlots(capacity * 2)
    for index in 0..<capacity { zmq_msg_move(larger + index, slots + index) }
    Self.destroy(slots, capacity)
    slots = larger
    capacity *= 2
  }

  private static func makeSlots(_ capacity: Int) -> UnsafeMutablePointer<zmq_msg_t> {
    let slots = UnsafeMutablePointer<zmq_msg_t>.allocate(capacity: capacity)
    for index in 0..<capacity { zmq_msg_init(slots + index) }
    return slots
  }

  private static func destroy(_ slots: UnsafeMutablePointer<zmq_msg_t>, _ capacity: Int) {
    for index in 0..<capacity { zmq_msg_close(slots + index) }
    slots.deallocate()
  }
}

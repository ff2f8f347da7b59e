internal import Glibc
import KernelProtocol

/// Turns what a peer writes, in pieces of any size, into its greeting, commands and messages.
///
/// A message is copied once, as a whole, out of the storage that is read into; a large one takes the storage with it instead.
struct Decoder {
  enum Output {
    case greeting
    case command(Command)
    case message([FrameBytes])
  }

  /// Bytes of the storage, unless a message needs more.
  private static let room = 65_536
  /// From this size on a message takes the storage with it, and the small frames among its own are copied, so that whoever
  /// keeps a header does not keep the whole.
  private static let large = 65_536
  private static let small = 4_096

  /// The most bytes of a message's frames together.
  let limit: Int
  private var storage = ReceivedBytes(capacity: room)
  /// What has come and was not taken yet.
  private var pending = 0..<0
  /// How much of it has been looked at, and what frames were found there.
  private var seen = 0
  private var frames: [Range<Int>] = []
  /// How much there must be before it is worth another look.
  private var needed = 0
  private var isGreeted = false

  init(limit: Int) {
    self.limit = limit
  }

  /// Has `read` fill the free storage from its beginning.
  ///
  /// - Parameter read: gets at least one byte of room, and returns how many it has filled or something below 1.
  /// - Returns: what `read` returned.
  mutating func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
    makeRoom()
    let count = read(UnsafeMutableRawBufferPointer(rebasing: storage.bytes[pending.upperBound...]))
    if count > 0 { pending = pending.lowerBound..<(pending.upperBound + count) }
    return count
  }

  /// What comes next; nil when more must be read first.
  mutating func next() throws(ProtocolError) -> Output? {
    guard isGreeted else { return try takeGreeting() }
    while pending.count >= max(needed, seen + 2) {
      let start = pending.lowerBound + seen
      let flags = FrameFlags(rawValue: storage.bytes[start])
      guard let body = try nextBody(isLong: flags.contains(.long)) else { return nil }
      seen = body.upperBound
      if flags.contains(.command) {
        // A command may stand between two messages only.
        guard frames.isEmpty else { throw .handshake("a command within a message") }
        let base = pending.lowerBound
        let bytes = storage[(base + body.lowerBound)..<(base + body.upperBound)]
        let command = try Command(reading: bytes)
        take { _ in }
        return .command(command)
      }
      frames.append(body)
      if !flags.contains(.more) { return .message(takeMessage()) }
    }
    return nil
  }

  /// Where the next frame's body lies, from the beginning of what is pending; nil when it is not all there.
  private mutating func nextBody(isLong: Bool) throws(ProtocolError) -> Range<Int>? {
    let start = pending.lowerBound + seen
    let prefix = isLong ? 9 : 2
    needed = seen + prefix
    guard pending.count >= needed else { return nil }
    let length =
      isLong
      ? storage.bytes[(start + 1)..<(start + 9)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      : UInt64(storage.bytes[start + 1])
    guard length <= UInt64(limit), seen + Int(length) <= limit else { throw .tooLong(limit: limit) }
    needed = seen + prefix + Int(length)
    guard pending.count >= needed else { return nil }
    return (seen + prefix)..<needed
  }

  private mutating func takeGreeting() throws(ProtocolError) -> Output? {
    try Greeting.check(storage[pending.prefix(Greeting.length)])
    guard pending.count >= Greeting.length else { return nil }
    isGreeted = true
    seen = Greeting.length
    take { _ in }
    return .greeting
  }

  /// What was looked at is given to `use`, and is gone.
  @discardableResult
  private mutating func take<Result>(_ use: (UnsafeRawBufferPointer) -> Result) -> Result {
    let end = pending.lowerBound + seen
    let result = use(storage[pending.lowerBound..<end])
    pending = end < pending.upperBound ? end..<pending.upperBound : 0..<0
    (seen, needed) = (0, 0)
    frames.removeAll(keepingCapacity: true)
    return result
  }

  private mutating func takeMessage() -> [FrameBytes] {
    guard seen >= Self.large else {
      let found = frames
      let message = take { ReceivedBytes(copying: $0) }
      return found.map { FrameBytes(owner: message, message[$0]) }
    }
    let (found, message, base) = (frames, storage, pending.lowerBound)
    take { _ in }
    replaceStorage(capacity: max(Self.room, pending.count))
    return found.map { range in
      let bytes = message[(base + range.lowerBound)..<(base + range.upperBound)]
      return bytes.count < Self.small
        ? FrameBytes(Array(bytes)) : FrameBytes(owner: message, bytes)
    }
  }

  /// Sees to it that what is needed next, or at least something, can be read.
  private mutating func makeRoom() {
    let wanted = max(needed, pending.count + Self.room / 16)
    guard storage.bytes.count - pending.lowerBound < wanted else { return }
    // Large storage that nothing needs any more is given back.
    replaceStorage(capacity: max(Self.room, wanted))
  }

  /// Moves what is pending to the beginning: of the same storage, or of other when its size is wrong or it is a message's.
  private mutating func replaceStorage(capacity: Int) {
    let isOurs = isKnownUniquelyReferenced(&storage) && storage.bytes.count == capacity
    let old = storage
    if !isOurs { storage = ReceivedBytes(capacity: capacity) }
    if let from = old.bytes.baseAddress, let to = storage.bytes.baseAddress {
      memmove(to, from + pending.lowerBound, pending.count)
    }
    pending = 0..<pending.count
  }
}

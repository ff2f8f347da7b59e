internal import DequeModule
import KernelProtocol

/// What is on its way to a peer and was not accepted by the system yet, in order.
///
/// Small frames are put together, so that many messages leave in one call; large ones wait as they are, without a copy.
struct OutgoingBytes {
  private static let large = 16_384

  private var chunks: Deque<FrameBytes> = []
  private var last: [UInt8] = []
  /// How much of the first chunk has gone.
  private var sent = 0

  var isEmpty: Bool { chunks.isEmpty && last.isEmpty }

  /// Adds bytes as they are.
  mutating func append(_ bytes: [UInt8]) { last.append(contentsOf: bytes) }

  /// Adds a message.
  mutating func append(_ frames: [FrameBytes]) {
    for (index, frame) in frames.enumerated() {
      append(frame, flags: index < frames.count - 1 ? .more : [])
    }
  }

  /// Adds a command.
  mutating func append(_ command: Command) {
    append(FrameBytes(command.body), flags: .command)
  }

  /// Has `send` take as much as it will.
  ///
  /// - Parameter send: gets at least one byte, and returns how many it has taken or something below 1.
  /// - Returns: what `send` returned last; 1 when there was nothing to do.
  mutating func write(_ send: (UnsafeRawBufferPointer) -> Int) -> Int {
    var result = 1
    while let first = chunks.first {
      result = first.withUnsafeBytes { send(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
      guard result > 0 else { return result }
      sent += result
      if sent == first.count { (_, sent) = (chunks.removeFirst(), 0) }
    }
    while sent < last.count {
      result = last.withUnsafeBytes { send(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
      guard result > 0 else { return result }
      sent += result
    }
    last.removeAll(keepingCapacity: last.capacity <= 4 * Self.large)
    sent = 0
    return result
  }

  private mutating func append(_ frame: FrameBytes, flags: FrameFlags) {
    let count = frame.count
    if count < 256 {
      last.append(flags.rawValue)
      last.append(UInt8(count))
    } else {
      last.append(flags.union(.long).rawValue)
      withUnsafeBytes(of: UInt64(count).bigEndian) { last.append(contentsOf: $0) }
    }
    guard count >= Self.large else {
      return frame.withUnsafeBytes { last.append(contentsOf: $0) }
    }
    seal()
    chunks.append(frame)
  }

  /// What was put together so far waits before what comes now; if some of it has gone, `sent` still counts from its beginning.
  private mutating func seal() {
    chunks.append(FrameBytes(last))
    last = []
  }
}

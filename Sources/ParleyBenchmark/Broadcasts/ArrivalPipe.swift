import Glibc

/// The named pipe on which subscribers note when an event was there.
///
/// It is looked at once a millisecond: whoever waited in it would be woken by each note, and take the processor from those who
/// are being measured. For use by one task at a time.
final class ArrivalPipe {
  /// Subscribers open it for writing.
  let path: String
  private let descriptor: Int32
  private var bytes = [UInt8](repeating: 0, count: 4_096)

  /// Two numbers of 64 bits, the least significant byte first.
  private static let noteSize = 16
  /// How long the last of an event's subscribers may take.
  private static let patience = Duration.seconds(10)

  /// Makes the pipe.
  init(path: String) throws(BenchmarkError) {
    self.path = path
    guard mkfifo(path, 0o600) == 0 else { throw Self.failure("make the pipe \(path)") }
    descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure("open the pipe \(path)") }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Waits until so many subscribers have noted an event.
  func arrivals(_ count: Int) async throws -> [Arrival] {
    let deadline = ContinuousClock.now + Self.patience
    var arrivals: [Arrival] = []
    while arrivals.count < count {
      try await Task.sleep(for: .milliseconds(1))
      arrivals += try readNotes()
      guard ContinuousClock.now < deadline else {
        throw BenchmarkError.plugin(
          "An event has reached \(arrivals.count) of \(count) subscribers.")
      }
    }
    return arrivals
  }

  /// A note is written in one piece, and so read in one (pipe(7), `PIPE_BUF`).
  private func readNotes() throws(BenchmarkError) -> [Arrival] {
    let count = read(descriptor, &bytes, bytes.count)
    guard count >= 0 || errno == EAGAIN || errno == EINTR else {
      throw Self.failure("read the pipe \(path)")
    }
    return stride(from: 0, to: max(0, count), by: Self.noteSize).map { start in
      Arrival(reached: number(at: start), handled: number(at: start + 8))
    }
  }

  private func number(at offset: Int) -> UInt64 {
    bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func failure(_ doing: String) -> BenchmarkError {
    .system(doing: doing, reason: String(cString: strerror(errno)))
  }
}

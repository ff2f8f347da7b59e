/// Cuts a kernel's raw output into lines, however the pipe splits and joins them.
///
/// The pieces put together are what was written: line feeds and carriage returns are kept (a
/// progress bar lives on them), and only bytes that are not UTF-8 become U+FFFD. A character that
/// arrives in two reads is never cut.
public struct LineSplitter: Sendable {
  /// The most bytes that a line may have before it is passed on in pieces.
  public let limit: Int

  private var pending: [UInt8] = []

  /// - Parameter limit: At least 4, the bytes of the longest character; a smaller one is taken as 4.
  public init(limit: Int = 65_536) {
    self.limit = max(4, limit)
  }

  /// The lines that are whole after `bytes`, each with its line feed.
  public mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
    pending += bytes
    var pieces: [String] = []
    var start = 0
    while let end = endOfPiece(from: start) {
      pieces.append(String(decoding: pending[start..<end], as: UTF8.self))
      start = end
    }
    pending.removeFirst(start)
    return pieces
  }

  /// What stands in an unfinished line, for a prompt or a progress bar that waits without a line
  /// feed. The beginning of a character that has not arrived whole is held back.
  public mutating func flush() -> String? {
    let end = UTF8Boundary.before(pending.count, in: pending[...])
    guard end > 0 else { return nil }
    defer { pending.removeFirst(end) }
    return String(decoding: pending[..<end], as: UTF8.self)
  }

  /// All that is left, at the end of the output.
  public mutating func finish() -> String? {
    guard !pending.isEmpty else { return nil }
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }

  /// Where the piece that begins at `start` ends, or `nil` when it is not there yet.
  private func endOfPiece(from start: Int) -> Int? {
    let window = pending[start...].prefix(limit)
    if let newline = window.firstIndex(of: UInt8(ascii: "\n")) { return newline + 1 }
    guard window.count == limit else { return nil }
    let end = UTF8Boundary.before(window.endIndex, in: window)
    return end > start ? end : window.endIndex
  }
}

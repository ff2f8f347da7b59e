/// The end of what a kernel wrote to standard error, for the report of its death.
public struct OutputTail: Sendable {
  /// The most lines that are kept.
  public let lineLimit: Int

  /// The most bytes that are kept, whatever the lines.
  public let byteLimit: Int

  private var kept: [UInt8] = []
  private var isCut = false

  public init(lines: Int = 20, bytes: Int = 16_384) {
    lineLimit = max(1, lines)
    byteLimit = max(1, bytes)
  }

  /// Takes the next bytes. Old ones are dropped only when twice the limit has gathered, so that
  /// each byte is moved once at most.
  public mutating func append(_ bytes: some Sequence<UInt8>) {
    kept += bytes
    if kept.count > 2 * byteLimit { trim() }
  }

  /// The last lines, oldest first, without their line ends. Bytes that are not UTF-8 read U+FFFD; a
  /// line whose beginning was dropped begins with "…".
  public var lines: [String] {
    var tail = self
    tail.trim()
    let bytes = tail.kept.last == UInt8(ascii: "\n") ? tail.kept.dropLast() : tail.kept[...]
    guard !bytes.isEmpty else { return [] }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var texts = lines.map { String(decoding: Self.withoutReturn($0), as: UTF8.self) }
    if tail.isCut { texts[0] = "…" + texts[0] }
    return texts.suffix(lineLimit)
  }

  private mutating func trim() {
    guard kept.count > byteLimit else { return }
    let start = UTF8Boundary.after(kept.count - byteLimit, in: kept[...])
    isCut = kept[start - 1] != UInt8(ascii: "\n")
    kept.removeFirst(start)
  }

  private static func withoutReturn(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    line.last == UInt8(ascii: "\r") ? line.dropLast() : line
  }
}

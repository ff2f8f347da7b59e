/// Turns byte offsets, asked for in rising order, into lines and columns in one pass over the text.
struct JSONPositionCounter {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0
  private var line = 1
  private var column = 1

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// - Parameter target: not less than the one asked for before; beyond the end means the end.
  mutating func position(at target: Int) -> JSONPosition {
    while offset < min(target, bytes.count) {
      let byte = bytes[offset]
      offset += 1
      if byte == ASCII.newline {
        line += 1
        column = 1
      } else if offset == bytes.count || bytes[offset] & 0xC0 != 0x80 {
        // A scalar ends where the next byte does not continue it.
        column += 1
      }
    }
    return JSONPosition(line: line, column: column, offset: target)
  }
}

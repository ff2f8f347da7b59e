import Testing

@testable import KernelManagement

@Suite("The tail of an output")
struct OutputTailTests {
  @Test("the last lines are kept, however they were split")
  func lastLines() {
    var tail = OutputTail(lines: 2)
    for piece in ["one\ntw", "o\nth", "ree"] { tail.append(piece.utf8) }
    #expect(tail.lines == ["two", "three"])
    tail.append("\n".utf8)
    #expect(tail.lines == ["two", "three"])
  }

  @Test("bytes that are not UTF-8 read U+FFFD")
  func brokenText() {
    var tail = OutputTail()
    tail.append([0x61, 0xFF, 0x62, 0x0A, 0xC3])
    #expect(tail.lines == ["a\u{FFFD}b", "\u{FFFD}"])
  }

  @Test("a character split between two reads is whole")
  func splitCharacter() {
    var tail = OutputTail()
    let bytes = Array("ä€𝄞".utf8)
    for byte in bytes { tail.append([byte]) }
    #expect(tail.lines == ["ä€𝄞"])
  }

  @Test("no more than the limit of bytes is kept, and a cut line says so")
  func byteLimit() {
    var tail = OutputTail(lines: 100, bytes: 10)
    for _ in 0..<1000 { tail.append("äääää".utf8) }
    #expect(tail.lines == ["…äääää"])
    tail.append("\nlast".utf8)
    #expect(tail.lines == ["…ää", "last"])
  }

  @Test("a cut at the beginning of a line leaves no mark")
  func cutAtLine() {
    var tail = OutputTail(lines: 10, bytes: 4)
    tail.append("abcdefgh\nxyz\n".utf8)
    #expect(tail.lines == ["xyz"])
  }

  @Test("an empty output has no lines, and empty lines are kept")
  func empty() {
    var tail = OutputTail()
    #expect(tail.lines.isEmpty)
    tail.append("a\r\n\nb".utf8)
    #expect(tail.lines == ["a", "", "b"])
  }
}

import Testing

@testable import KernelManagement

@Suite("Splitting an output into lines")
struct LineSplitterTests {
  @Test("lines come when they are whole, with their ends")
  func wholeLines() {
    var splitter = LineSplitter()
    #expect(splitter.append("one\r\ntw".utf8) == ["one\r\n"])
    #expect(splitter.append("o\n50 %\r".utf8) == ["two\n"])
    #expect(splitter.finish() == "50 %\r")
    #expect(splitter.finish() == nil)
  }

  @Test("a flush gives the unfinished line, but not half a character")
  func flush() {
    var splitter = LineSplitter()
    let euro = Array("€".utf8)
    #expect(splitter.append(Array("name: ".utf8) + euro.prefix(2)).isEmpty)
    #expect(splitter.flush() == "name: ")
    #expect(splitter.flush() == nil)
    #expect(splitter.append(euro.suffix(1) + [0x0A]) == ["€\n"])
  }

  @Test("a line over the limit comes in pieces that do not cut a character")
  func limit() {
    var splitter = LineSplitter(limit: 4)
    let text = "aääbbbbb€\n"
    var pieces = text.utf8.flatMap { splitter.append([$0]) }
    pieces += splitter.finish().map { [$0] } ?? []
    #expect(pieces.joined() == text)
    #expect(pieces.allSatisfy { $0.utf8.count <= 4 })
  }

  @Test("any bytes pass through within the limit", arguments: 0..<20)
  func anyBytes(seed: Int) {
    var splitter = LineSplitter(limit: 7)
    let bytes = (0..<500).map { UInt8(truncatingIfNeeded: ($0 &* 7919 &+ seed &* 104_729) >> 3) }
    var text = splitter.append(bytes).joined()
    text += splitter.finish() ?? ""
    #expect(text.filter(\.isASCII) == String(decoding: bytes, as: UTF8.self).filter(\.isASCII))
  }
}

import KernelProtocol
import Synchronization
import Testing

@Suite("FrameBytes")
struct FrameBytesTests {
  @Test("own and borrowed bytes with the same content are equal")
  func equality() {
    let own = FrameBytes("hello")
    let borrowed = OwnedBytes(Array("hello".utf8)).frame
    #expect(own == borrowed)
    #expect(own.hashValue == borrowed.hashValue)
    #expect(own != FrameBytes("hellO"))
    #expect(own.owner == nil)
    #expect(borrowed.owner is OwnedBytes)
  }

  @Test("borrowed storage lives exactly as long as the last frame that views it")
  func lifetime() {
    let ended = Mutex(false)
    do {
      let copy: FrameBytes
      do {
        let frame = OwnedBytes([1, 2, 3], onEnd: { ended.withLock { $0 = true } }).frame
        copy = frame
      }
      #expect(!ended.withLock { $0 })
      #expect(copy.bytes == [1, 2, 3])
    }
    #expect(ended.withLock { $0 })
  }

  @Test("a part is cut to what is there")
  func slicing() {
    let frame = FrameBytes([1, 2, 3])
    #expect(frame[1..<2] == [2])
    #expect(frame[2..<9] == [3])
    #expect(frame[5..<9] == [])
    #expect(FrameBytes().isEmpty)
  }

  @Test("bytes that are not UTF-8 are shown as replacement characters")
  func description() {
    #expect(FrameBytes([0x61, 0xFF, 0x62]).description == "a\u{FFFD}b")
  }
}

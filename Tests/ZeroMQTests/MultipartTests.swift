import Testing
import ZeroMQ

@Suite("A multipart message")
struct MultipartTests {
  @Test("keeps its parts, empty ones among them, through growth")
  func growth() {
    let parts = (0..<100).map { [UInt8](repeating: UInt8($0), count: $0 * 3) }
    let multipart = Multipart(parts)
    #expect(multipart.count == 100)
    #expect((0..<100).map(multipart.bytes(ofPart:)) == parts)
    #expect(multipart.byteCount == 3 * 99 * 50)
    #expect(multipart.byteCount(ofPart: 7) == 21)
  }

  @Test("can be emptied and used again")
  func reuse() {
    let multipart = Multipart((0..<200).map { [UInt8($0)] })
    multipart.removeAll()
    #expect(multipart.isEmpty)
    multipart.append([UInt8]("again"))
    #expect(multipart.count == 1)
    #expect(multipart.bytes(ofPart: 0) == [UInt8]("again"))
  }

  @Test("gives a part away as a message, and an empty one stays", arguments: [5, 33, 34, 5_000])
  func taking(size: Int) {
    let bytes = [UInt8](repeating: 9, count: size)
    let multipart = Multipart([bytes, [1]])
    let message = multipart.takeMessage(fromPart: 0)
    #expect(message.bytes == bytes)
    #expect(multipart.byteCount(ofPart: 0) == 0)
    #expect(multipart.bytes(ofPart: 1) == [1])
  }

  @Test("shares large parts of another without copying them")
  func sharing() {
    let original = Multipart([[UInt8](repeating: 4, count: 1_000)])
    let other = Multipart()
    other.append(part: 0, of: original)
    other.append(original.takeMessage(fromPart: 0))
    let addresses = (0..<2).map {
      other.withUnsafeBytes(ofPart: $0) { UInt(bitPattern: $0.baseAddress) }
    }
    #expect(addresses[0] == addresses[1])
    #expect(other.bytes(ofPart: 0) == [UInt8](repeating: 4, count: 1_000))
  }

  @Test("knows nothing of a peer when made here")
  func properties() {
    #expect(Multipart([[1]]).property(.peerAddress, ofPart: 0) == nil)
    #expect(Message([1]).property(.peerAddress) == nil)
  }
}

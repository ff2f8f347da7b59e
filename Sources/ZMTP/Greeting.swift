/// What both sides say first: 64 bytes, of ZMTP 3.0 with the NULL mechanism (RFC 23; specs/zmtp.md).
enum Greeting {
  static let length = 64

  private static let mechanism = Array("NULL".utf8)

  /// Ours.
  static let bytes: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: length)
    (bytes[0], bytes[9], bytes[10]) = (0xFF, 0x7F, 3)
    bytes.replaceSubrange(12..<16, with: mechanism)
    return bytes
  }()

  /// Checks a peer's, as far as it has come.
  ///
  /// - Throws: ``ProtocolError`` as soon as it cannot become one that we understand.
  static func check(_ bytes: UnsafeRawBufferPointer) throws(ProtocolError) {
    guard bytes.count < 1 || bytes[0] == 0xFF, bytes.count < 10 || bytes[9] & 1 == 1 else {
      throw .noGreeting
    }
    guard bytes.count < 11 || bytes[10] >= 3 else { throw .version(bytes[10]) }
    guard bytes.count >= 32 else { return }
    guard bytes[12..<16].elementsEqual(mechanism), bytes[16..<32].allSatisfy({ $0 == 0 }) else {
      let name = bytes[12..<32].prefix { $0 != 0 }
      throw .mechanism(String(decoding: name, as: UTF8.self))
    }
  }
}

import Crypto

/// HMAC-SHA256 (RFC 2104) with the key's two blocks hashed beforehand, copied for each message.
///
/// Written out over `SHA256` because `HMAC.update(data:)` goes through `DataProtocol`, which costs
/// more for each of a message's four frames than hashing it does (1.8 µs a message against 0.9).
struct KeyedHash: Sendable {
  private var inner = SHA256()
  private var outer = SHA256()

  init(key: [UInt8]) {
    // A key longer than a block is replaced by its hash, a shorter one padded with zeros.
    var block = key.count > SHA256.blockByteCount ? Array(SHA256.hash(data: key)) : key
    block += repeatElement(0, count: SHA256.blockByteCount - block.count)
    inner.update(data: block.map { $0 ^ 0x36 })
    outer.update(data: block.map { $0 ^ 0x5C })
  }

  mutating func update(_ frame: FrameBytes) {
    frame.withUnsafeBytes { inner.update(bufferPointer: $0) }
  }

  func finalize() -> SHA256.Digest {
    var outer = outer
    inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
    return outer.finalize()
  }
}

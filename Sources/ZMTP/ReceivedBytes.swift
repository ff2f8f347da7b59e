/// Storage that a connection reads into, and that frames keep once it is theirs.
///
/// `@unchecked Sendable`: only the ``Decoder`` that made it writes to it, and only outside of the bytes that it has given away.
final class ReceivedBytes: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(capacity: Int) {
    bytes = .allocate(byteCount: capacity, alignment: 16)
  }

  /// A copy.
  convenience init(copying source: UnsafeRawBufferPointer) {
    self.init(capacity: source.count)
    bytes.copyMemory(from: source)
  }

  deinit { bytes.deallocate() }

  /// A part of it, to look at.
  subscript(range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range])
  }
}

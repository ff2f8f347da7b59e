import KernelProtocol

/// Storage outside of Swift's arrays, as a ZeroMQ message is. Unchecked: written only by `init`.
final class OwnedBytes: @unchecked Sendable {
  private let storage: UnsafeMutableRawBufferPointer
  private let onEnd: @Sendable () -> Void

  init(_ bytes: [UInt8], onEnd: @escaping @Sendable () -> Void = {}) {
    storage = .allocate(byteCount: bytes.count, alignment: 1)
    storage.copyBytes(from: bytes)
    self.onEnd = onEnd
  }

  deinit {
    storage.deallocate()
    onEnd()
  }

  var frame: FrameBytes { FrameBytes(owner: self, UnsafeRawBufferPointer(storage)) }
}

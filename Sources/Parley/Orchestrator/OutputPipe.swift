import Glibc
import KernelManagement
import ZeroMQ

/// The reading end of what a kernel's process, or a child of it, writes to descriptor 1 or 2. For use on the loop alone.
final class OutputPipe {
  /// `stdout` or `stderr`.
  let stream: String
  private let descriptor: Int32
  private let handler: (_ bytes: ArraySlice<UInt8>) -> Void
  private var watch: DescriptorWatch?
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  /// A pipe whose bytes go to `handler`.
  init(
    stream: String, descriptor: Int32, handler: @escaping (_ bytes: ArraySlice<UInt8>) -> Void
  ) {
    self.stream = stream
    self.descriptor = descriptor
    self.handler = handler
  }

  /// Begins to watch it.
  func listen(on loop: ZeroMQLoop) throws(ZeroMQError) {
    watch = try loop.register(fileDescriptor: descriptor, for: .readable) { [self] _ in
      if !drain() { end(on: loop) }
    }
  }

  /// Reads what is there, up to 16 buffers, so that one kernel that floods does not keep the others waiting.
  ///
  /// - Returns: false at its end.
  @discardableResult
  func drain() -> Bool {
    for _ in 0..<16 {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return count < 0 && errno == EAGAIN }
      handler(buffer[..<count])
    }
    return true
  }

  /// Stops watching it; whoever opened the descriptor closes it.
  func end(on loop: ZeroMQLoop) {
    if let watch { loop.unregister(watch) }
    watch = nil
  }
}

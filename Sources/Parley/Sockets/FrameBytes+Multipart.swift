import KernelProtocol
import ZeroMQ

extension FrameBytes {
  /// From this size on a frame keeps libzmq's buffer instead of a copy.
  private static let sharingThreshold = 2_048

  /// Part `index` of a received message.
  init(_ multipart: Multipart, part index: Int) {
    guard multipart.byteCount(ofPart: index) >= Self.sharingThreshold else {
      self.init(multipart.bytes(ofPart: index))
      return
    }
    let message = multipart.takeMessage(fromPart: index)
    self = message.withUnsafeBytes { FrameBytes(owner: message, $0) }
  }
}

extension Multipart {
  /// Adds a frame: libzmq's own buffer without a copy, any other with one.
  func append(_ frame: FrameBytes) {
    if let message = frame.owner as? Message { return append(message) }
    frame.withUnsafeBytes { append($0) }
  }
}

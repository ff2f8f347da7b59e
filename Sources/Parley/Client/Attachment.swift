public import KernelProtocol

/// A binary value of a result or of the parameters of a call: JSON has none, so it travels beside.
public struct Attachment: Sendable, Equatable {
  /// Where it belongs: keys and indexes from the root of the result or the parameters.
  public let path: [JSONValue]
  /// The bytes.
  public let bytes: FrameBytes

  /// Bytes for a place in the parameters of a call; the value at that place must be null.
  public init(path: [JSONValue], bytes: FrameBytes) {
    self.path = path
    self.bytes = bytes
  }

  /// Pairs `buffer_paths` with the buffers; those without a path are left out.
  static func pair(_ paths: JSONValue?, with buffers: [FrameBytes]) -> [Attachment] {
    zip(paths?.arrayValue ?? [], buffers).compactMap { path, bytes in
      path.arrayValue.map { Attachment(path: Array($0.dropFirst()), bytes: bytes) }
    }
  }
}

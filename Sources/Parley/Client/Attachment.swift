public import KernelProtocol

/// A binary value of a result: JSON has none, so it travels beside.
public struct Attachment: Sendable, Equatable {
  /// Where it belongs: keys and indexes from the result's root.
  public let path: [JSONValue]
  /// The bytes.
  public let bytes: FrameBytes

  /// Pairs `buffer_paths` with the buffers; those without a path are left out.
  static func pair(_ paths: JSONValue?, with buffers: [FrameBytes]) -> [Attachment] {
    zip(paths?.arrayValue ?? [], buffers).compactMap { path, bytes in
      path.arrayValue.map { Attachment(path: Array($0.dropFirst()), bytes: bytes) }
    }
  }
}

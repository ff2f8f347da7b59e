extension Envelope {
  /// Checks frames and takes them apart; nothing is parsed before the signature has been verified.
  ///
  /// - Parameters:
  ///   - frames: one message. They are kept, not copied.
  ///   - leading: how many frames stand before `<IDS|MSG>`: the routing id on a ROUTER, the topic
  ///     of an event (whose key the caller looks up by it).
  ///   - signer: of the connection, or of the topic.
  public static func decode(
    _ frames: [FrameBytes], skipping leading: Int = 0, signer: Signer
  ) throws(EnvelopeError) -> Envelope {
    guard leading >= 0, frames.count >= leading + minimumFrameCount, frames[leading] == delimiter
    else { throw .notAnEnvelope }
    let parts = frames[(leading + 1)...]
    let first = parts.startIndex
    let (header, parent) = (parts[first + 1], parts[first + 2])
    let (metadata, content) = (parts[first + 3], parts[first + 4])
    guard signer.verify(parts[first], header, parent, metadata, content) else {
      throw .badSignature
    }
    let envelope = Envelope(
      header: try Header(reading: header), parentHeader: parent, metadata: metadata,
      content: content, buffers: Array(parts[(first + 5)...]))
    try envelope.validateParts()
    return envelope
  }

  /// The frames to send. Buffers and parts that were received go out as they came.
  ///
  /// - Parameter topic: the frame that goes before all others when an event is published.
  public func encode(signer: Signer, topic: FrameBytes? = nil) -> [FrameBytes] {
    var frames: [FrameBytes] = []
    frames.reserveCapacity(Self.minimumFrameCount + 1 + buffers.count)
    if let topic { frames.append(topic) }
    frames.append(Self.delimiter)
    frames.append(signer.sign(header.bytes, parentHeader, metadata, content))
    frames.append(header.bytes)
    frames.append(parentHeader)
    frames.append(metadata)
    frames.append(content)
    frames.append(contentsOf: buffers)
    return frames
  }

  /// The parts that are passed on unread must still be JSON objects: a broken one ends here and not
  /// in the kernel that would receive it.
  private func validateParts() throws(EnvelopeError) {
    try Self.validate(parentHeader, "parent_header")
    try Self.validate(metadata, "metadata")
    try Self.validate(content, "content")
  }

  private static func validate(_ part: FrameBytes, _ name: StaticString) throws(EnvelopeError) {
    do {
      try JSONValidator.validateObject(part)
    } catch {
      throw .malformed("\(name): \(error)")
    }
  }
}

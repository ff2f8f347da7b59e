/// Why frames are not an acceptable message (specs/kernel-protocol.md §2).
public enum EnvelopeError: Error, Sendable, Equatable {
  /// No `<IDS|MSG>` where it must be, or fewer than the five frames that follow it.
  case notAnEnvelope
  /// The signature is not that of the key; nothing of the message has been looked at.
  case badSignature
  /// Signed by the right key, but the header, metadata or content are not what they must be.
  case malformed(String)

  /// The name that the vectors use.
  public var name: String {
    switch self {
    case .notAnEnvelope: "not_an_envelope"
    case .badSignature: "bad_signature"
    case .malformed: "malformed"
    }
  }
}

extension EnvelopeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAnEnvelope:
      "the frames are not an envelope: <IDS|MSG>, signature, header, parent_header, metadata, content"
    case .badSignature: "the signature does not belong to the key of this connection"
    case .malformed(let what): "the message is malformed: \(what)"
    }
  }
}

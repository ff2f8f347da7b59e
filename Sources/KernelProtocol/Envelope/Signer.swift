import Crypto

/// Signs and verifies messages with one key: HMAC-SHA256 in lower-case hex over header, parent
/// header, metadata and content, as they are on the wire (specs/kernel-protocol.md §2).
///
/// The key's two blocks are hashed once; a message costs only its own bytes. An empty key means
/// that messages are not signed, the signature is empty and any is accepted: Jupyter's convention
/// for `Session.key`, which the orchestrator never uses for its own kernels.
public struct Signer: Sendable {
  /// Bytes of a signature on the wire.
  public static let signatureLength = 64

  /// nil: unsigned.
  private let keyed: KeyedHash?

  public init(key: [UInt8]) {
    keyed = key.isEmpty ? nil : KeyedHash(key: key)
  }

  /// - Parameter key: the `key` of a connection file; its UTF-8 bytes are the HMAC key.
  public init(key: String) {
    self.init(key: Array(key.utf8))
  }

  public func sign(
    _ header: FrameBytes, _ parentHeader: FrameBytes, _ metadata: FrameBytes, _ content: FrameBytes
  ) -> FrameBytes {
    guard let keyed else { return FrameBytes() }
    let code = Self.code(keyed, header, parentHeader, metadata, content)
    return FrameBytes(Self.hex(code))
  }

  /// Compares without revealing, by the time it takes, how much of the signature was right.
  public func verify(
    _ signature: FrameBytes, _ header: FrameBytes, _ parentHeader: FrameBytes,
    _ metadata: FrameBytes, _ content: FrameBytes
  ) -> Bool {
    guard let keyed else { return true }
    guard signature.count == Self.signatureLength else { return false }
    let expected = Self.hex(Self.code(keyed, header, parentHeader, metadata, content))
    return signature.withUnsafeBytes { received in
      var difference: UInt8 = 0
      for index in 0..<Self.signatureLength { difference |= received[index] ^ expected[index] }
      return difference == 0
    }
  }

  private static func code(
    _ keyed: KeyedHash, _ header: FrameBytes, _ parentHeader: FrameBytes, _ metadata: FrameBytes,
    _ content: FrameBytes
  ) -> SHA256.Digest {
    var hash = keyed
    hash.update(header)
    hash.update(parentHeader)
    hash.update(metadata)
    hash.update(content)
    return hash.finalize()
  }

  private static func hex(_ code: SHA256.Digest) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: signatureLength) { hex, count in
      code.withUnsafeBytes { bytes in
        for (index, byte) in bytes.enumerated() {
          hex[2 * index] = ASCII.hexCharacter(byte >> 4)
          hex[2 * index + 1] = ASCII.hexCharacter(byte)
        }
      }
      count = signatureLength
    }
  }
}

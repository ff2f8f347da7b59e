public import KernelProtocol

import struct Foundation.Data

/// What stands for a blob: its hash and its size.
public struct BlobReference: Hashable, Sendable {
  /// SHA-256, 32 bytes.
  let hash: [UInt8]
  public let size: Int

  init(hash: [UInt8], size: Int) {
    self.hash = hash
    self.size = size
  }

  /// The hash as text, `sha256:` and 64 hexadecimal digits.
  public var name: String { Self.scheme + hash.map(Self.hexadecimal).joined() }

  /// As it is passed on and stored: `{"blob": "sha256:…", "size": 3}`.
  public var json: JSONValue { ["blob": .string(name), "size": JSONValue(size)] }

  /// A reference in its JSON form; nil when it is none.
  public init?(json: JSONValue) {
    guard let name = json["blob"]?.stringValue, let size = json["size"]?.intValue, size >= 0,
      let hash = Self.hash(of: name)
    else { return nil }
    self.init(hash: [UInt8](hash), size: size)
  }

  /// The hash in a reference's name; nil when it is none.
  static func hash(of name: String) -> Data? {
    guard name.utf8.starts(with: scheme.utf8) else { return nil }
    let digits = name.utf8.dropFirst(scheme.utf8.count)
    let values = digits.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 64, values.count == 64 else { return nil }
    return Data(stride(from: 0, to: 64, by: 2).map { UInt8(values[$0] * 16 + values[$0 + 1]) })
  }

  /// The error for a reference that leads to nothing.
  static func stale(_ name: String, cause: String) -> StoreError {
    StoreError(
      .stale, operation: "read the blob \(name)", cause: cause,
      advice: "Put the bytes again and use the new reference.")
  }

  static let scheme = "sha256:"

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}

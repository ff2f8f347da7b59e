public import KernelProtocol

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
      name.hasPrefix(Self.scheme),
      let hash = Self.bytes(name.utf8.dropFirst(Self.scheme.utf8.count)), hash.count == 32
    else { return nil }
    self.init(hash: hash, size: size)
  }

  static let scheme = "sha256:"

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  private static func bytes(_ digits: Substring.UTF8View) -> [UInt8]? {
    let values = digits.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard values.count == digits.count, values.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] * 16 + values[$0 + 1]) }
  }
}

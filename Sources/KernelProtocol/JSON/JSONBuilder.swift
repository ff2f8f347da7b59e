/// Appends JSON to a byte array, for headers and metadata that are written per message without a
/// tree.
///
/// It sets the commas; that containers are closed and keys precede values is the caller's part. A
/// number that is not finite becomes `null`: what is written here are our own fields, where null
/// means "not known". For values of plugins use ``JSONWriter``, which refuses them.
public struct JSONBuilder {
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false

  public init(reservingCapacity capacity: Int = 128) {
    bytes.reserveCapacity(capacity)
  }

  public var frame: FrameBytes { FrameBytes(bytes) }

  public mutating func beginObject() { begin(ASCII.openBrace) }

  public mutating func endObject() { end(ASCII.closeBrace) }

  public mutating func beginArray() { begin(ASCII.openBracket) }

  public mutating func endArray() { end(ASCII.closeBracket) }

  public mutating func key(_ key: String) {
    separate()
    JSONText.append(key, to: &bytes)
    bytes.append(ASCII.colon)
    needsComma = false
  }

  /// A key that needs no escaping: one of the protocol's own names.
  @inline(__always)
  mutating func plainKey(_ key: StaticString) {
    separate()
    bytes.append(ASCII.quote)
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    bytes.append(ASCII.quote)
    bytes.append(ASCII.colon)
    needsComma = false
  }

  public mutating func string(_ string: String) {
    separate()
    JSONText.append(string, to: &bytes)
  }

  public mutating func integer(_ integer: Int) {
    separate()
    JSONText.append(Int64(integer), to: &bytes)
  }

  public mutating func double(_ double: Double) {
    guard double.isFinite else { return null() }
    separate()
    _ = JSONText.append(double, to: &bytes)
  }

  public mutating func bool(_ bool: Bool) { raw(bool ? "true" : "false") }

  public mutating func null() { raw("null") }

  /// JSON that is already written: a slice of a message, for example.
  public mutating func raw(_ json: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let bool): self.bool(bool)
    case .integer(let integer): self.integer(Int(integer))
    case .double(let double): self.double(double)
    case .string(let string): self.string(string)
    case .array(let array):
      beginArray()
      for element in array { self.value(element) }
      endArray()
    case .object(let object):
      beginObject()
      for member in object {
        key(member.key)
        self.value(member.value)
      }
      endObject()
    }
  }

  private mutating func raw(_ literal: StaticString) {
    raw(UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  private mutating func begin(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func end(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  @inline(__always)
  private mutating func separate() {
    if needsComma { bytes.append(ASCII.comma) }
    needsComma = true
  }
}

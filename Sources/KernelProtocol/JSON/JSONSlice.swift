import Glibc

/// A value, or a key, as it stands in a text that is being scanned: checked, but not decoded.
///
/// Valid only while the scanned bytes are.
public struct JSONSlice {
  /// The raw text without surrounding white space; a string with its quotes.
  public let bytes: UnsafeRawBufferPointer

  @inline(__always)
  init(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) {
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }

  /// A copy that outlives the scan.
  public var copy: [UInt8] { Array(bytes) }

  /// nil when it is no string.
  public var string: String? {
    guard let characters else { return nil }
    return characters.decode(in: bytes)
  }

  /// nil when it is not a whole number; `3.0` is one.
  public var int: Int? {
    guard isNumber else { return nil }
    let cursor = JSONCursor(bytes)
    if bytes.allSatisfy({ $0 == ASCII.minus || ASCII.isDigit($0) }) {
      return cursor.integer(in: 0..<bytes.count).flatMap { Int(exactly: $0) }
    }
    return Int(exactly: cursor.double(in: 0..<bytes.count))
  }

  /// nil when it is no number.
  public var double: Double? {
    guard isNumber else { return nil }
    if bytes.count <= 15, let int { return Double(int) }
    return JSONCursor(bytes).double(in: 0..<bytes.count)
  }

  /// nil when it is neither `true` nor `false`.
  public var bool: Bool? {
    switch bytes.first {
    case UInt8(ascii: "t"): true
    case UInt8(ascii: "f"): false
    default: nil
    }
  }

  public var isNull: Bool { bytes.first == UInt8(ascii: "n") }

  /// Whether it is a string with these characters, however they are escaped.
  @inline(__always)
  func equals(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard bytes.count == length &+ 2, bytes[0] == ASCII.quote else { return equalsEscaped(text) }
    for index in 0..<length where bytes[index &+ 1] != text.utf8Start[index] {
      return equalsEscaped(text)
    }
    return true
  }

  private func equalsEscaped(_ text: StaticString) -> Bool {
    // An escape is longer than what it stands for.
    guard bytes.count > text.utf8CodeUnitCount &+ 2, let characters, characters.hasEscapes else {
      return false
    }
    return characters.decode(in: bytes).utf8.elementsEqual(
      UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// The characters of a string that are written without escapes; nil for anything else.
  var plainCharacters: UnsafeRawBufferPointer? {
    guard let characters, !characters.hasEscapes else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[characters.start..<characters.end])
  }

  private var isNumber: Bool {
    guard let first = bytes.first else { return false }
    return first == ASCII.minus || ASCII.isDigit(first)
  }

  private var characters: JSONStringRange? {
    guard bytes.first == ASCII.quote, bytes.count >= 2, let start = bytes.baseAddress else {
      return nil
    }
    let hasEscapes = memchr(start, Int32(ASCII.backslash), bytes.count) != nil
    return JSONStringRange(start: 1, end: bytes.count - 1, hasEscapes: hasEscapes)
  }
}

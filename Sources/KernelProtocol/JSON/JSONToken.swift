/// One value, or key, of a ``JSONTape``: where it stands and where the next one begins.
public struct JSONToken: Sendable, Equatable {
  public enum Kind: UInt8, Sendable {
    case null, `false`, `true`, integer, double, string, array, object
    /// The key of the member whose value follows.
    case key
  }

  public let kind: Kind
  /// Of a string or key: its bytes are not the characters themselves.
  public let hasEscapes: Bool
  /// The first byte; of a string or key the first after the quote.
  public let start: UInt32
  /// Of a scalar the length in bytes, without quotes; of a container the number of its elements or
  /// members.
  public internal(set) var extent: UInt32
  /// The place on the tape after this value and all that it contains.
  public internal(set) var next: UInt32

  @inline(__always)
  init(_ kind: Kind, from start: Int, extent: Int, next: Int, hasEscapes: Bool = false) {
    self.kind = kind
    self.hasEscapes = hasEscapes
    self.start = UInt32(truncatingIfNeeded: start)
    self.extent = UInt32(truncatingIfNeeded: extent)
    self.next = UInt32(truncatingIfNeeded: next)
  }

  /// Where a scalar's bytes lie in the text; a string's without its quotes.
  @inlinable
  public var range: Range<Int> { Int(start)..<Int(start) + Int(extent) }
}

extension JSONToken {
  /// The value of an ``Kind/integer``, which the tape has found to fit.
  public func integer(in bytes: UnsafeRawBufferPointer) -> Int64 {
    JSONCursor(bytes).integer(in: range) ?? 0
  }

  /// The value of any number.
  public func double(in bytes: UnsafeRawBufferPointer) -> Double {
    JSONCursor(bytes).double(in: range)
  }

  /// The text of a string or key.
  public func string(in bytes: UnsafeRawBufferPointer) -> String {
    characters.decode(in: bytes)
  }

  /// Appends the UTF-8 of a string or key, its escapes resolved.
  public func appendCharacters(in bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    characters.append(in: bytes, to: &out)
  }

  private var characters: JSONStringRange {
    JSONStringRange(start: range.lowerBound, end: range.upperBound, hasEscapes: hasEscapes)
  }
}

import KernelProtocol

/// A number of a schema or of an instance, compared by value: an integer exactly to 64 bits, also
/// with a double.
enum SchemaNumber: Sendable, Equatable {
  case integer(Int64)
  case double(Double)

  init?(_ value: JSONValue) {
    switch value {
    case .integer(let integer): self = .integer(integer)
    case .double(let double): self = Self(double)
    default: return nil
    }
  }

  /// A double that is a 64-bit integer becomes one, so that equal numbers look alike.
  init(_ double: Double) {
    self = Int64(exactly: double).map { .integer($0) } ?? .double(double)
  }

  @inline(__always)
  init(_ token: JSONToken, in bytes: UnsafeRawBufferPointer) {
    if token.kind == .integer {
      self = .integer(token.integer(in: bytes))
    } else {
      self.init(token.double(in: bytes))
    }
  }

  /// Whether it has no fraction.
  var isWhole: Bool {
    switch self {
    case .integer: true
    case .double(let double): double.rounded(.towardZero) == double
    }
  }

  var decimal: JSONDecimal? {
    switch self {
    case .integer(let integer): JSONDecimal(integer)
    case .double(let double): JSONDecimal(double)
    }
  }

  var json: JSONValue {
    switch self {
    case .integer(let integer): .integer(integer)
    case .double(let double): .double(double)
    }
  }
}

extension SchemaNumber: Comparable {
  @inline(__always)
  static func < (left: SchemaNumber, right: SchemaNumber) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left < right
    case (.double(let left), .double(let right)): left < right
    // A double that is no 64-bit integer lies outside of them, or between two below 2^53.
    case (.integer(let left), .double(let right)): isBelow(left, right)
    case (.double(let left), .integer(let right)): !isBelow(right, left)
    }
  }

  private static func isBelow(_ integer: Int64, _ double: Double) -> Bool {
    if double >= 0x1p63 { return true }
    if double < -0x1p63 { return false }
    // Never equal: the double has a fraction, so the integer is below it when it is at most its
    // floor.
    return integer <= Int64(double.rounded(.down))
  }
}

extension SchemaNumber: CustomStringConvertible {
  var description: String { json.description }
}

/// A place in bytes that are being read as JSON, and the steps by which it moves on.
///
/// The one implementation of RFC 8259's grammar in the module: ``JSONParser``, ``JSONScanner`` and
/// ``JSONValidator`` are three uses of it, so that they accept and refuse the same texts. Each step
/// checks its bounds first: the bytes come from a peer, and the buffer's own checks are absent in a
/// release build.
struct JSONCursor {
  let bytes: UnsafeRawBufferPointer
  var offset = 0

  @inline(__always)
  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  @inline(__always)
  var isAtEnd: Bool { offset >= bytes.count }

  /// The byte here, or a fault that says what was expected.
  @inline(__always)
  func peek(_ expected: StaticString) throws(JSONFault) -> UInt8 {
    guard offset < bytes.count else {
      throw JSONFault(.unexpectedEnd, at: offset, expected: expected)
    }
    return bytes[offset]
  }

  /// The byte here when it satisfies `predicate`; false at the end.
  @inline(__always)
  func isAt(_ predicate: (UInt8) -> Bool) -> Bool {
    offset < bytes.count && predicate(bytes[offset])
  }

  @inline(__always)
  mutating func skipWhitespace() {
    while offset < bytes.count {
      let byte = bytes[offset]
      guard byte <= ASCII.space else { return }
      guard
        byte == ASCII.space || byte == ASCII.newline || byte == ASCII.carriageReturn
          || byte == ASCII.tab
      else { return }
      offset &+= 1
    }
  }

  /// Steps over one byte that the grammar demands.
  @inline(__always)
  mutating func expect(_ byte: UInt8, _ expected: StaticString) throws(JSONFault) {
    guard try peek(expected) == byte else {
      throw JSONFault(.unexpectedCharacter, at: offset, expected: expected)
    }
    offset &+= 1
  }

  /// Steps over `true`, `false` or `null`.
  mutating func skipLiteral(_ literal: StaticString) throws(JSONFault) {
    let length = literal.utf8CodeUnitCount
    for index in 0..<length {
      guard offset &+ index < bytes.count else {
        throw JSONFault(.unexpectedEnd, at: bytes.count, expected: literal)
      }
      guard bytes[offset &+ index] == literal.utf8Start[index] else {
        throw JSONFault(.unexpectedCharacter, at: offset, expected: "a value")
      }
    }
    offset &+= length
  }

  /// The whole text has been read: only white space may be left.
  mutating func expectEnd() throws(JSONFault) {
    skipWhitespace()
    guard isAtEnd else { throw JSONFault(.trailingText, at: offset) }
  }
}

/// A JSON text, checked and taken apart into a flat list of tokens in the order of the text.
///
/// For what must look at parts of a text repeatedly, such as a schema: one pass over the bytes,
/// then each value is reached and stepped over at once. The list keeps its storage from one text to
/// the next, so that reading allocates nothing once it has grown to the size of the messages.
///
/// An array's token is followed by its elements, an object's by a key and a value for each member.
/// A repeated key is listed each time.
public struct JSONTape: Sendable {
  public private(set) var tokens: [JSONToken] = []

  public init() {}

  /// Reads a text of one value.
  ///
  /// - Parameter maximumDepth: levels of arrays and objects, at most ``JSONDepth/content``.
  /// - Throws: the first thing that is wrong with the text; the tape is then empty.
  public mutating func read(
    _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = JSONDepth.content
  ) throws(JSONError) {
    tokens.removeAll(keepingCapacity: true)
    var cursor = JSONCursor(bytes)
    do throws(JSONFault) {
      // Places are kept in 32 bits; a message is at most a few megabytes.
      guard bytes.count < UInt32.max else { throw JSONFault(.tooDeep, at: 0) }
      try readValue(&cursor, maximumDepth: min(maximumDepth, JSONDepth.content))
      try cursor.expectEnd()
    } catch {
      tokens.removeAll(keepingCapacity: true)
      throw JSONError(error, in: bytes)
    }
  }

  private mutating func readValue(
    _ cursor: inout JSONCursor, maximumDepth: Int
  ) throws(JSONFault) {
    // While a container is open, its `next` holds the place of the one around it.
    var open = Self.none
    var depth = 0
    repeat {
      cursor.skipWhitespace()
      let byte = try cursor.peek("a value")
      if byte == ASCII.openBrace || byte == ASCII.openBracket {
        guard depth < maximumDepth else { throw JSONFault(.tooDeep, at: cursor.offset) }
        depth &+= 1
        if try openContainer(&cursor, byte, &open) { continue }
        depth &-= 1
      } else {
        try readScalar(&cursor, startingWith: byte)
      }
      try closeContainers(&cursor, &open, &depth)
    } while depth > 0
  }

  private static let none = -1

  /// - Returns: whether a value follows; false when the container is empty and has been closed.
  @inline(__always)
  private mutating func openContainer(
    _ cursor: inout JSONCursor, _ bracket: UInt8, _ open: inout Int
  ) throws(JSONFault) -> Bool {
    let isObject = bracket == ASCII.openBrace
    let place = tokens.count
    tokens.append(
      JSONToken(
        isObject ? .object : .array, from: cursor.offset, extent: 0,
        next: open == Self.none ? Int(UInt32.max) : open))
    cursor.offset &+= 1
    cursor.skipWhitespace()
    let closing = isObject ? ASCII.closeBrace : ASCII.closeBracket
    if cursor.isAt({ $0 == closing }) {
      cursor.offset &+= 1
      tokens[place].next = UInt32(truncatingIfNeeded: tokens.count)
      return false
    }
    open = place
    if isObject { try readKey(&cursor, "a key in double quotes or `}`") }
    return true
  }

  /// After a value: closes what ends here and steps over the comma before the next value.
  @inline(__always)
  private mutating func closeContainers(
    _ cursor: inout JSONCursor, _ open: inout Int, _ depth: inout Int
  ) throws(JSONFault) {
    while depth > 0 {
      cursor.skipWhitespace()
      tokens[open].extent &+= 1
      if tokens[open].kind == .object {
        guard try cursor.skipCommaOrEnd(ASCII.closeBrace, "`,` or `}`") else {
          cursor.skipWhitespace()
          return try readKey(&cursor, "a key after the comma (JSON has no trailing commas)")
        }
      } else {
        guard try cursor.skipCommaOrEnd(ASCII.closeBracket, "`,` or `]`") else { return }
      }
      let parent = tokens[open].next
      tokens[open].next = UInt32(truncatingIfNeeded: tokens.count)
      open = parent == .max ? Self.none : Int(parent)
      depth &-= 1
    }
  }

  @inline(__always)
  private mutating func readKey(
    _ cursor: inout JSONCursor, _ expected: StaticString
  ) throws(JSONFault) {
    append(try cursor.skipKey(expected), as: .key)
  }

  @inline(__always)
  private mutating func readScalar(
    _ cursor: inout JSONCursor, startingWith byte: UInt8
  ) throws(JSONFault) {
    let start = cursor.offset
    let kind: JSONToken.Kind
    switch byte {
    case ASCII.quote: return append(try cursor.skipString("a string"), as: .string)
    case ASCII.minus, ASCII.zero...ASCII.nine:
      kind = try cursor.skipNumber() ? .integer : .double
    default:
      try cursor.skipScalar(startingWith: byte)
      kind =
        byte == UInt8(ascii: "n") ? .null : byte == UInt8(ascii: "t") ? .true : .false
    }
    tokens.append(
      JSONToken(kind, from: start, extent: cursor.offset &- start, next: tokens.count &+ 1))
  }

  @inline(__always)
  private mutating func append(_ string: JSONStringRange, as kind: JSONToken.Kind) {
    tokens.append(
      JSONToken(
        kind, from: string.start, extent: string.end &- string.start, next: tokens.count &+ 1,
        hasEscapes: string.hasEscapes))
  }
}

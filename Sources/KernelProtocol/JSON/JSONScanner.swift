/// Walks the members of one JSON object without building a tree: one pass, no allocation.
///
/// This is how headers and metadata are read, some hundred thousand times a second. All of the text
/// is checked (a nested value is stepped over, not skipped blindly), so what ``next()`` has walked
/// to its end without an error is valid JSON. A repeated key is yielded each time: the last wins.
///
/// The bytes must stay valid and unchanged while the scanner and its slices are in use.
public struct JSONScanner {
  private var cursor: JSONCursor
  private var state = State.beforeObject
  private let maximumDepth: Int

  private enum State {
    case beforeObject, afterMember, ended
  }

  public init(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int = JSONDepth.content) {
    cursor = JSONCursor(bytes)
    self.maximumDepth = min(maximumDepth, JSONDepth.content)
  }

  /// The next member in the order of the text, or nil after the last, when the text has ended.
  ///
  /// - Throws: ``JSONError/Code/notAnObject`` for another value, else what is wrong with the text.
  public mutating func next() throws(JSONError) -> (key: JSONSlice, value: JSONSlice)? {
    do throws(JSONFault) {
      return try advance()
    } catch {
      throw JSONError(error, in: cursor.bytes)
    }
  }

  @inline(__always)
  private mutating func advance() throws(JSONFault) -> (key: JSONSlice, value: JSONSlice)? {
    switch state {
    case .ended: return nil
    case .beforeObject:
      guard try enterObject() else { return nil }
    case .afterMember:
      cursor.skipWhitespace()
      if try cursor.skipCommaOrEnd(ASCII.closeBrace, "`,` or `}`") { return try finish() }
      cursor.skipWhitespace()
    }
    return try readMember()
  }

  /// - Returns: whether a member follows.
  private mutating func enterObject() throws(JSONFault) -> Bool {
    cursor.skipWhitespace()
    guard try cursor.peek("an object") == ASCII.openBrace else {
      throw JSONFault(.notAnObject, at: cursor.offset)
    }
    cursor.offset &+= 1
    cursor.skipWhitespace()
    guard cursor.isAt({ $0 == ASCII.closeBrace }) else { return true }
    cursor.offset &+= 1
    _ = try finish()
    return false
  }

  private mutating func finish() throws(JSONFault) -> (key: JSONSlice, value: JSONSlice)? {
    state = .ended
    try cursor.expectEnd()
    return nil
  }

  @inline(__always)
  private mutating func readMember() throws(JSONFault) -> (key: JSONSlice, value: JSONSlice) {
    let key = try cursor.skipKey("a key in double quotes")
    cursor.skipWhitespace()
    let start = cursor.offset
    // The object itself is one level.
    let byte = try cursor.peek("a value")
    if byte == ASCII.openBrace || byte == ASCII.openBracket {
      try cursor.skipValue(maximumDepth: maximumDepth - 1)
    } else {
      try cursor.skipScalar(startingWith: byte)
    }
    state = .afterMember
    return (
      JSONSlice(cursor.bytes, key.start &- 1, key.end &+ 1),
      JSONSlice(cursor.bytes, start, cursor.offset)
    )
  }
}

/// What was wrong and where, as cheaply as it can be said.
///
/// The walkers throw this; ``JSONError`` is made from it at the module's surface, where the line
/// and the column are counted and the sentence is written.
struct JSONFault: Error {
  let code: JSONError.Code
  /// Bytes from the start of the text.
  let offset: Int
  /// For an unexpected character or end: what the grammar wanted instead.
  let expected: StaticString

  @inline(__always)
  init(_ code: JSONError.Code, at offset: Int, expected: StaticString = "") {
    self.code = code
    self.offset = offset
    self.expected = expected
  }
}

/// Where the characters of a string lie in a text, without its quotes.
struct JSONStringRange {
  let start: Int
  let end: Int
  /// False: the bytes are the characters themselves.
  let hasEscapes: Bool
}

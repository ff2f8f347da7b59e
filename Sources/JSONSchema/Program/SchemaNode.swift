/// One schema of a program: what it demands of a value.
///
/// Nodes, rules and names are plain numbers in flat arrays, so that validating touches no reference
/// count.
struct SchemaNode: Sendable {
  /// The types that it accepts; none for the schema `false`.
  var types = TypeSet.all
  /// Whether what its parts looked at must be remembered, for `unevaluatedItems` or
  /// `unevaluatedProperties`.
  var tracksEvaluated = false
  /// `x-sensitive`: what is found here must not be shown.
  var isSensitive = false
  /// The schema resource that it belongs to, which decides what a `$dynamicRef` leads to.
  var resource: Int32 = 0
  var rules = SchemaRange.empty

  /// The node that accepts everything and says nothing: `true` and `{}`.
  static let anything: Int32 = 0
}

/// A part of one of a program's arrays.
struct SchemaRange: Sendable, Hashable {
  let start: Int32
  let count: Int32

  static let empty = SchemaRange(start: 0, count: 0)

  init(start: Int32, count: Int32) {
    self.start = start
    self.count = count
  }

  init(_ range: Range<Int>) {
    start = Int32(range.lowerBound)
    count = Int32(range.count)
  }

  @inline(__always)
  var indices: Range<Int> { Int(start)..<Int(start &+ count) }

  var isEmpty: Bool { count == 0 }
}

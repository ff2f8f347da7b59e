/// The stack of open arrays and objects while JSON is walked without recursion, one bit a level.
///
/// A bit tells whether the *parent* is an object; the innermost container's kind stands beside the
/// stack. The root has no parent, so 128 bits reach 129 levels, which is ``JSONDepth/content``.
struct JSONNesting {
  private(set) var depth = 0
  private(set) var isInObject = false
  private var parents: UInt128 = 0

  /// The deepest nesting that the bits can hold.
  static let capacity = JSONDepth.content

  @inline(__always)
  mutating func open(object: Bool) {
    parents = (parents << 1) | (isInObject ? 1 : 0)
    isInObject = object
    depth &+= 1
  }

  @inline(__always)
  mutating func close() {
    isInObject = parents & 1 == 1
    parents >>= 1
    depth &-= 1
  }
}

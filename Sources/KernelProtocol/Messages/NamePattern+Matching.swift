extension NamePattern {
  /// Whether a name is one of those that the pattern stands for.
  public func matches(_ name: String) -> Bool {
    if isName { return text.hasSameBytes(as: name) }
    let parts = Self.split(name, kind)
    for (index, segment) in segments.enumerated() {
      if segment == .rest { return true }
      guard index < parts.count, !parts[index].isEmpty else { return false }
      if case .literal(let literal) = segment, !literal.utf8.elementsEqual(parts[index].utf8) {
        return false
      }
    }
    return parts.count == segments.count
  }

  /// Whether every name that `other` matches is matched here too: a subscription to `order:*` is
  /// within the permission `order:**`.
  public func covers(_ other: NamePattern) -> Bool {
    guard kind == other.kind else { return false }
    for (index, segment) in segments.enumerated() {
      if segment == .rest { return true }
      guard index < other.segments.count else { return false }
      switch (segment, other.segments[index]) {
      case (_, .rest), (.literal, .any): return false
      case (.literal(let left), .literal(let right)):
        guard left.hasSameBytes(as: right) else { return false }
      default: break
      }
    }
    return other.segments.count == segments.count
  }
}

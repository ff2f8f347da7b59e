extension Plugin {
  /// Whether it has started and its code provides a method.
  func offers(_ method: String) -> Bool { state == .started && provided.contains(method) }

  /// Whether it may come to provide a method that it declares: it has not started yet, or is being started again.
  var isComing: Bool { state == .starting || state == .loading || isComingBack }
}

extension Plugin {
  /// Whether it has started and its code provides a method.
  func offers(_ method: String) -> Bool { state == .started && provided.contains(method) }

  /// Whether it may come to provide a method that it declares: it has not started yet, or is started again.
  var isComing: Bool {
    switch state {
    case .starting, .loading, .restarting: true
    case .started, .failed, .quarantined, .stopped: false
    }
  }
}

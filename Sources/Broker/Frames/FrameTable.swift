/// The frames that wait, run, or were abandoned.
typealias FrameTable = [FrameKey: Frame]

extension FrameTable {
  /// The frames on whose behalf one runs, nearest first.
  func ancestors(of key: FrameKey) -> some Sequence<FrameKey> {
    sequence(state: self[key]?.awaitingParent) { (next: inout FrameKey?) -> FrameKey? in
      defer { next = next.flatMap { self[$0]?.awaitingParent } }
      return next
    }
  }

  /// Whether an open frame has made way for a request: the request is made on its behalf, or on behalf of the consumer
  /// whose credit it awaits.
  func makesWay(_ open: FrameKey, for waiting: FrameKey) -> Bool {
    let consumer = self[open].flatMap { $0.awaitsCredit ? $0.parent : nil }
    return ancestors(of: waiting).contains { $0 == open || $0 == consumer }
  }
}

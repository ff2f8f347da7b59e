extension Frame {
  var kind: FrameKind { origin.kind }
  var plugin: String? { origin.plugin }
  var parent: FrameKey? { origin.parent }
  /// The frame on whose behalf it runs, while that one waits for it.
  var awaitingParent: FrameKey? { isAwaited ? origin.parent : nil }
  var caller: Caller? { origin.caller }
  var depth: Int { origin.depth }
  var hops: Int { origin.hops }
  var timeout: Double { origin.timeout }
  var trace: TraceContext { origin.trace }
  var createdAt: Instant { origin.createdAt }
}

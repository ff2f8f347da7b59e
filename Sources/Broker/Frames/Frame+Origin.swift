extension Frame {
  var kind: FrameKind { origin.kind }
  var plugin: String? { origin.plugin }
  var parent: FrameKey? { origin.parent }
  var caller: Caller? { origin.caller }
  var depth: Int { origin.depth }
  var hops: Int { origin.hops }
  var deadline: Instant? { origin.deadline }
  var timeout: Double { origin.timeout }
  var trace: TraceContext { origin.trace }
  var createdAt: Instant { origin.createdAt }
}

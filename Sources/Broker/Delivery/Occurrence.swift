public import KernelProtocol

/// One event that was emitted, or several of one name in a batch: what its subscribers get, whichever way it goes.
public struct Occurrence: Sendable {
  public let event: String
  /// Stable over redeliveries and restarts: what the emitter named it, or else ``emit``.
  public let id: String
  /// The orchestrator's own id of the emit, which no other emit has.
  public let emit: String
  /// The payload, or `{"items": […]}` of a batch.
  public let content: FrameBytes
  public let buffers: [FrameBytes]
  /// The raw JSON of `buffer_paths`.
  public let bufferPaths: [UInt8]?
  /// The plugin that emitted it.
  public let emitter: String
  /// How many emits lie between the first event of a chain and this one.
  public let hops: Int
  public let trace: TraceContext
  /// Whether it is a batch.
  public let isBatch: Bool
  /// The number of the emit, by which whoever waits for its subscribers is found; nil for one from before a restart.
  let number: UInt64?

  init(
    event: String, id: String, emit: String, content: FrameBytes, buffers: [FrameBytes],
    bufferPaths: [UInt8]?, emitter: String, hops: Int, trace: TraceContext, number: UInt64?,
    isBatch: Bool = false
  ) {
    self.event = event
    self.id = id
    self.emit = emit
    self.content = content
    self.buffers = buffers
    self.bufferPaths = bufferPaths
    self.emitter = emitter
    self.hops = hops
    self.trace = trace
    self.isBatch = isBatch
    self.number = number
  }

  /// One that was kept, and is delivered again after a restart.
  ///
  /// - Parameter traceparent: the trace that it belongs to; one that cannot be read begins a new one.
  public init(
    kept event: String, id: String, emit: String, content: FrameBytes, buffers: [FrameBytes],
    bufferPaths: [UInt8]?, emitter: String, hops: Int, traceparent: String
  ) {
    var random = RandomSource.system
    self.init(
      event: event, id: id, emit: emit, content: content, buffers: buffers,
      bufferPaths: bufferPaths,
      emitter: emitter, hops: hops,
      trace: TraceContext(traceparent: traceparent)
        ?? TraceContext(
          traceHigh: random.next() | 1, traceLow: random.next(), span: random.next() | 1,
          parentSpan: nil), number: nil)
  }

  /// Whether its emitter has named it, so that it is not taken twice.
  public var isNamed: Bool { id != emit }

  /// The bytes that it holds while it waits.
  var byteCount: Int { content.count + buffers.reduce(0) { $0 + $1.count } }
}

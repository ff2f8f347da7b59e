import KernelProtocol
import ZeroMQ

/// Someone who uses the plugins from outside: the host application in its own process, or a command that talks to a
/// running orchestrator. It may call, emit and read everything.
///
/// It speaks the kernels' own protocol, so that the broker has one set of rules; how its messages travel is the affair of
/// whoever made it.
public actor Client {
  private let loop: ZeroMQLoop
  /// What knows the spans of the application's own process; nil when there is none, or nobody looks.
  nonisolated let tracer: FrameTracer?
  private let transmit: @Sendable (Envelope) -> Void
  private var headers: HeaderFactory
  private var clock = MessageClock()
  private var listenerCount = 0
  private var exchanges: [String: Exchange] = [:]
  /// The events on their way to each of its subscriptions, by their ids.
  var listeners: [String: MessageFeed] = [:]
  /// The methods that the application provides.
  var methods: [String: ServiceMethod] = [:]
  /// The handlers that run, by the ids of their requests.
  var serving: [String: Task<Void, Never>] = [:]
  /// Where the items of those go that stream, by the ids of their requests.
  var streams: [String: ServedStream] = [:]
  /// Why nothing can be asked any more.
  private var end: OutcomeError?

  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// - Parameters:
  ///   - session: unique among the orchestrator's clients.
  ///   - transmit: takes a message on its way; called on the loop.
  init(
    loop: ZeroMQLoop, session: String, tracer: FrameTracer? = nil,
    transmit: @escaping @Sendable (Envelope) -> Void
  ) {
    self.loop = loop
    self.tracer = tracer
    self.transmit = transmit
    headers = HeaderFactory(session: session)
  }

  /// Calls a method and waits for its result.
  ///
  /// - Parameters:
  ///   - params: an object.
  ///   - attachments: binary values of the parameters.
  ///   - timeout: seconds; nil for the orchestrator's default.
  /// - Throws: the outcome, when it is another than ok. Cancelling the task cancels the call.
  public func call(
    _ method: String, _ params: JSONValue = [:], attachments: [Attachment] = [],
    timeout: Double? = nil
  ) async throws(OutcomeError) -> CallReply {
    var metadata = JSONObject()
    metadata["method"] = .string(method)
    metadata["timeout"] = timeout.map(JSONValue.double)
    if !attachments.isEmpty {
      metadata["buffer_paths"] = .array(attachments.map { .array($0.path) })
    }
    return try CallReply(
      await reply(
        to: .callRequest, metadata: metadata, content: params, buffers: attachments.map(\.bytes)))
  }

  /// Calls a method that yields a stream; its items are asked for as they are taken.
  public func stream(
    _ method: String, _ params: JSONValue = [:], timeout: Double? = nil
  ) throws(OutcomeError) -> ItemStream {
    var metadata = JSONObject()
    metadata["method"] = .string(method)
    metadata["timeout"] = timeout.map(JSONValue.double)
    metadata["stream"] = true
    metadata["credit"] = .integer(Int64(ItemStream.window))
    let feed = MessageFeed()
    let id = try send(.callRequest, metadata: metadata, content: params, exchange: .feed(feed))
    return ItemStream(client: self, id: id, feed: feed)
  }

  /// Emits an event.
  ///
  /// - Parameters:
  ///   - id: a name for the event, so that it can be emitted again when nobody knows whether the first time has worked: the
  ///     second time is a duplicate, and goes to nobody. nil gives it one of its own.
  ///   - require: whether it is `no_provider` when nobody subscribes.
  /// - Returns: how many subscriptions it matched; 0 for a duplicate.
  public func emit(
    _ event: String, _ payload: JSONValue = [:], id: String? = nil, require: Bool = false
  ) async throws(OutcomeError) -> Int {
    let metadata = Self.metadata(ofEmit: event, id: id, require: require)
    let reply = await reply(to: .emit, metadata: metadata, content: payload)
    return try reply.result()["subscriptions"]?.intValue ?? 0
  }

  /// Emits an event and waits until its subscribers have handled it.
  ///
  /// - Parameters:
  ///   - id: a name for the event; who emits it again is told by ``EmitReply/isDuplicate``, and nobody is waited for.
  ///   - confirm: how many of them must have.
  ///   - require: whether it is `no_provider` when nobody subscribes.
  ///   - timeout: seconds; nil for the orchestrator's default. Who has not answered by then is listed with `timeout`.
  /// - Throws: what kept the event from being emitted; that a subscriber failed is told by the reply.
  public func emit(
    _ event: String, _ payload: JSONValue = [:], id: String? = nil, confirm: Confirmation,
    require: Bool = false, timeout: Double? = nil
  ) async throws(OutcomeError) -> EmitReply {
    var metadata = Self.metadata(ofEmit: event, id: id, require: require)
    metadata["confirm"] = confirm.json
    metadata["timeout"] = timeout.map(JSONValue.double)
    return EmitReply(
      try await reply(to: .emit, metadata: metadata, content: payload).result())
  }

  private static func metadata(
    ofEmit event: String, id: String?, require: Bool
  ) -> JSONObject {
    var metadata: JSONObject = ["event": .string(event)]
    metadata["event_id"] = id.map(JSONValue.string)
    if require { metadata["require"] = true }
    return metadata
  }

  /// Has code run in a kernel; what it shows comes as it is shown.
  ///
  /// - Parameter kernel: what ``Orchestrator/startKernel(_:)`` gave.
  public func execute(_ code: String, in kernel: KernelID) throws(OutcomeError) -> Execution {
    let content: JSONValue = [
      "code": .string(code), "silent": false, "store_history": true, "allow_stdin": false,
      "stop_on_error": true,
    ]
    let feed = MessageFeed()
    let metadata: JSONObject = ["kernel": .string(kernel.text)]
    _ = try send(.executeRequest, metadata: metadata, content: content, exchange: .feed(feed))
    return Execution(feed: feed)
  }

  /// What runs, as `parley ps` shows it.
  public func status(waits: Bool = false) async throws(OutcomeError) -> JSONValue {
    let content: JSONValue = ["waits": .bool(waits)]
    return try await reply(to: .statusRequest, metadata: [:], content: content).result()
  }

  /// Starts a plugin's kernel again, and waits until it serves: `{"plugin": …, "pid": …}`.
  ///
  /// - Throws: ``OutcomeError`` `unavailable` when it does not come up.
  public func restart(_ plugin: String) async throws(OutcomeError) -> JSONValue {
    let content: JSONValue = ["plugin": .string(plugin)]
    return try await reply(to: .restartRequest, metadata: [:], content: content).result()
  }

  /// Has the host's configuration read again: `{"restart": [PLUGIN, …]}`, the plugins whose new settings count once they are
  /// started again.
  ///
  /// - Throws: ``OutcomeError`` `invalid_payload` when the file is wrong; what was in force before stays so.
  public func reloadConfiguration() async throws(OutcomeError) -> JSONValue {
    try await reply(to: .reloadRequest, metadata: [:], content: ["configuration": true]).result()
  }

  /// Reserves a plugin's name for a process that Parley does not start, and gives the token with which it joins; see
  /// ``Orchestrator/attach(manifest:file:expires:)``.
  public func attach(
    manifest: String, file: String, expires: Double = 60
  ) async throws(OutcomeError) -> AttachToken {
    let request = AttachRequest(manifest: manifest, file: file, expires: expires)
    let reply = try await reply(to: .attachRequest, metadata: [:], content: request.content)
      .result()
    return AttachToken(
      text: reply["token"]?.stringValue ?? "", plugin: reply["plugin"]?.stringValue ?? "",
      expires: reply["expires"]?.doubleValue ?? expires)
  }

  /// Lists, shows, retries or drops events that could not be handled: `{"letters": […]}`.
  public func deadLetters(_ request: DeadLetterRequest) async throws(OutcomeError) -> JSONValue {
    try await reply(to: .deadLettersRequest, metadata: [:], content: request.content).result()
  }

  /// The methods that plugins declare, as `parley services` shows them.
  ///
  /// - Parameter pattern: which of them; nil for all.
  public func services(_ pattern: String? = nil) async throws(OutcomeError) -> JSONValue {
    var content: JSONObject = [:]
    content["pattern"] = pattern.map(JSONValue.string)
    return try await reply(to: .servicesRequest, metadata: [:], content: .object(content)).result()
  }

  /// A message from the orchestrator.
  func receive(_ envelope: Envelope) {
    switch envelope.type.known {
    case .event: receiveEvent(envelope)
    case .callRequest: serve(envelope)
    case .cancel: stopServing(envelope)
    case .credit: receiveCredit(envelope)
    default: receiveReply(envelope)
    }
  }

  private func receiveReply(_ envelope: Envelope) {
    guard let id = envelope.parentID, let exchange = exchanges[id] else { return }
    let reply = ClientMessage(envelope)
    switch exchange {
    case .reply(let continuation):
      guard reply.isFinal else { return }
      exchanges[id] = nil
      tracer?.forget(id)
      continuation.resume(returning: reply)
    case .feed(let feed):
      if reply.isFinal { exchanges[id] = nil }
      feed.append(reply)
    }
  }

  /// The orchestrator is gone: whatever is open ends so.
  func close(_ error: OutcomeError) {
    end = error
    let open = exchanges
    exchanges = [:]
    for exchange in open.values { exchange.finish(ClientMessage(error)) }
    for feed in listeners.values { feed.append(ClientMessage(error)) }
    listeners = [:]
    for task in serving.values { task.cancel() }
  }

  /// Asks for more items of a stream.
  func grant(_ credit: Int, to id: String) {
    guard exchanges[id] != nil else { return }
    let metadata: JSONObject = ["call": .string(id), "credit": .integer(Int64(credit))]
    transmit(envelope(.credit, metadata: metadata, content: [:]))
  }

  /// Gives up a call.
  func cancel(_ id: String) {
    guard exchanges[id] != nil else { return }
    transmit(
      envelope(.cancel, metadata: ["call": .string(id)], content: ["reason": "cancelled"]))
  }

  /// Sends a request and waits for its reply.
  func reply(
    to type: MessageType, metadata: JSONObject, content: JSONValue, buffers: [FrameBytes] = []
  ) async -> ClientMessage {
    let envelope = envelope(
      type, parent: parentFrame, metadata: CurrentSpan.added(to: metadata), content: content,
      buffers: buffers)
    let id = envelope.id
    tracer?.remember(id)
    if let end { return ClientMessage(end) }
    return await withTaskCancellationHandler {
      // Without the preference the reply would wake a thread of the global pool, only for that to come back here.
      await withTaskExecutorPreference(loop) {
        await withCheckedContinuation { continuation in
          exchanges[id] = .reply(continuation)
          transmit(envelope)
        }
      }
    } onCancel: {
      loop.execute { self.assumeIsolated { $0.cancel(id) } }
    }
  }

  private func send(
    _ type: MessageType, metadata: JSONObject, content: JSONValue, exchange: Exchange
  ) throws(OutcomeError) -> String {
    if let end { throw end }
    let envelope = envelope(
      type, parent: parentFrame, metadata: CurrentSpan.added(to: metadata), content: content)
    tracer?.remember(envelope.id)
    exchanges[envelope.id] = exchange
    transmit(envelope)
    return envelope.id
  }

  /// An id for a new subscription.
  func nextListener() -> String {
    listenerCount += 1
    return "l\(listenerCount)"
  }

  /// Sends a message that nobody answers.
  func tell(
    _ type: MessageType, parent: FrameBytes, metadata: JSONObject = [:], content: JSONValue
  ) {
    transmit(envelope(type, parent: parent, metadata: metadata, content: content))
  }

  /// The frame on whose behalf the current task acts, if it is one of this client's.
  private var parentFrame: FrameBytes {
    guard let frame = ServedFrame.current, frame.client === self else {
      return Envelope.emptyObject
    }
    return frame.header
  }

  private func envelope(
    _ type: MessageType, parent: FrameBytes = Envelope.emptyObject, metadata: JSONObject,
    content: JSONValue, buffers: [FrameBytes] = []
  ) -> Envelope {
    Envelope(
      header: headers.make(type, date: clock.today()), parentHeader: parent,
      metadata: FrameBytes(json: .object(metadata)), content: FrameBytes(json: content),
      buffers: buffers)
  }
}

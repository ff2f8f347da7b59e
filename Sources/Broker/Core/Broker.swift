import JSONSchema
import KernelProtocol

/// The routing state machine: who may call whom, who runs, who waits, and what becomes of each operation.
///
/// It takes inputs and appends effects, and performs nothing: no socket, no process, no clock. So it can be run through
/// any schedule in memory. The rules that it keeps are written where they are kept, in the extensions beside this file.
///
/// Invariants, checked by simulation after every input:
/// - each request of a live peer gets exactly one reply;
/// - a frame is in exactly one of: a mailbox's queue, running, abandoned;
/// - when nothing runs and nothing waits, nothing is left over.
public struct Broker: Sendable {
  /// What it was told at its beginning.
  public internal(set) var configuration: BrokerConfiguration
  var random: RandomSource
  /// For ids that only have to differ, not to be secret: a call must not cost a call of the operating system.
  var spanRandom: RandomSource
  var now = Instant(nanoseconds: 0)
  var date = ""
  var messageCount: UInt64 = 0
  let messagePrefix: String
  let headers: HeaderFactory

  var connections: [ConnectionID: Connection] = [:]
  var plugins: [String: Plugin] = [:]
  /// The methods that plugins declare.
  var services: [String: Service] = [:]
  var serviceWaits: [UInt64: ServiceWait] = [:]
  /// What the providers have answered to calls that went to all of them.
  var gatherings: [FrameKey: Gathering] = [:]
  var events: [String: EventRecord] = [:]
  /// Which event a topic stands for.
  var eventsByTopic: [String: String] = [:]
  var nonces: [String: AwaitedNonce] = [:]
  var frames: FrameTable = [:]
  var locks = LockTable()
  /// Emits that are not answered yet, by the number of their event.
  var emissions: [UInt64: Emission] = [:]
  /// The events that wait for one subscriber each.
  var lines: [LineID: DeliveryLine] = [:]
  /// The lines that the frames of directed events belong to.
  var directedFrames: [FrameKey: LineID] = [:]
  var shapers: [ShaperID: Shaper] = [:]
  /// The subscriptions of clients.
  var listeners: [ListenerID: Listener] = [:]
  var deadLetters = DeadLetterBox()
  /// Storage that validating uses again and again.
  var workspace = SchemaWorkspace()
  var storage = StorageLedger()
  var deadlines = DeadlineQueue<Deadline>()
  /// How many messages were dropped, by the word of their reason.
  public internal(set) var dropCounts: [String: Int] = [:]
  var effects: [BrokerEffect] = []
  /// Whether all kernels were asked to end.
  var isShuttingDown = false

  /// A broker that knows nobody.
  public init(configuration: BrokerConfiguration) {
    self.configuration = configuration
    var random = configuration.random
    spanRandom = .seeded(random.next())
    self.random = random
    messagePrefix = configuration.session + "-"
    headers = HeaderFactory(session: configuration.session)
    declareOwnEvents()
  }

  /// Acts on one input, and on every deadline that has passed by then.
  ///
  /// - Parameters:
  ///   - now: the time; it must not go back.
  ///   - date: the same as ISO 8601 in UTC, for headers.
  ///   - effects: what is to be done is appended, in order.
  public mutating func handle(
    _ input: BrokerInput, at now: Instant, date: String, into effects: inout [BrokerEffect]
  ) {
    self.now = now
    self.date = date
    swap(&self.effects, &effects)
    act(on: input)
    expireDeadlines()
    swap(&self.effects, &effects)
  }

  /// When `tick` is due at the latest; nil when no deadline is open.
  public mutating func nextDeadline() -> Instant? { deadlines.next() }

  /// Whether nothing runs, waits, or is to be tried again.
  public var isIdle: Bool {
    frames.isEmpty && lines.isEmpty && emissions.isEmpty && shapers.values.allSatisfy(\.isEmpty)
  }

  /// How many frames wait or run, abandoned ones included.
  public var frameCount: Int { frames.count }

  private mutating func act(on input: BrokerInput) {
    switch input {
    case .declare(let manifest, let folder, let connection):
      declare(manifest, folder: folder, connection: connection)
    case .attach(let manifest, let folder, let connection):
      declare(manifest, folder: folder, connection: connection)
      plugins[manifest.name]?.isAttached = true
    case .configure(let host, let settings): configuration.apply(host, settings)
    case .connect(let id, let role): connect(id, role)
    case .receive(let id, let message): receive(message, from: id)
    case .disconnect(let id, let end): disconnect(id, end)
    case .provide(let id, let method, let declared): provide(method, declared, by: id)
    case .withdraw(let id, let method): withdraw(method, by: id)
    case .own(let id, let event, let settings): own(event, settings, by: id)
    case .subscription(let topic): subscriptionArrived(topic)
    case .storageDone(let number, let result): storageDone(number, result)
    case .abandonPlugin(let name, let error): fail(plugin: name, error)
    case .stored(let occurrence, let result): stored(occurrence, result)
    case .deliver(let occurrence, let plugin, let pattern, let attempt):
      deliver(occurrence, to: plugin, pattern: pattern, attempt: attempt)
    case .settled(let occurrence, let plugin, let error): settled(occurrence, plugin, error)
    case .deadLetter(let number, let retries): takeDeadLetter(number, retries: retries)
    case .restart(let name): restart(plugin: name)
    case .shutDown: shutDown()
    case .tick: break
    }
  }

  private mutating func expireDeadlines() {
    while let deadline = deadlines.popExpired(at: now) {
      switch deadline {
      case .frame(let key): frameTimedOut(key)
      case .grace(let key): graceEnded(key)
      case .lock(let key, let name): lockTimedOut(key, name)
      case .hello(let id): helloTimedOut(id)
      case .restart(let name): restartIsDue(name)
      case .pong(let id): pongTimedOut(id)
      case .emission(let number): emissionTimedOut(number)
      case .line(let id): pump(id)
      case .shaper(let id): shaperIsDue(id)
      case .serviceWait(let number): serviceWaitTimedOut(number)
      }
    }
  }
}

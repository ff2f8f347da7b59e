import Broker
import KernelManagement
import KernelProtocol
import ZeroMQ

/// Launches kernels, one for each plugin, and lets the plugins call and tell each other.
///
/// All of its state is on one thread, the ``ZeroMQLoop``'s, and so is the broker's: a message is received, verified, routed
/// and sent on without a hop.
public actor Orchestrator {
  /// What the host application uses the plugins by.
  public nonisolated let client: Client
  let configuration: OrchestratorConfiguration
  let loop: ZeroMQLoop
  let hub = ReportHub()
  let files: InstalledFiles
  let launcher: KernelLauncher
  let reaper: ReaperProcess
  let runtime: RuntimeFolder
  let endpoints: Endpoints
  let context: Context

  var broker: Broker
  var effects: [BrokerEffect] = []
  var requests: PeerSocket?
  var events: EventSocket?
  var control: PeerSocket?
  var peers: [ConnectionID: KernelPeer] = [:]
  var peersByRoutingID: [[UInt8]: KernelPeer] = [:]
  var controllers = ControllerTable()
  var tickets = AttachTickets()
  var topicSigners: [String: Signer] = [:]
  var clock = MessageClock()
  var timer: (deadline: Instant, token: TimerToken)?
  var connectionCount: UInt32 = 0
  var pluginFolder: String?
  var plugins: [String: RunningPlugin] = [:]
  /// The names of all plugins of the folder, also of those that cannot run.
  var pluginNames: Set<String> = []
  /// What the host decides about them, and where that is written.
  var host = HostConfiguration()
  var hostFile = HostFile()
  /// The settings that plugins get when they are loaded the next time.
  var settings: [String: JSONObject] = [:]
  var redaction = Redaction()
  var waiters: [Waiter] = []
  var specs: KernelSpecCatalog
  /// For replies of the orchestrator's own.
  var ownHeaders = HeaderFactory(session: "status")
  var isStopped = false
  /// Whether the sockets are closed, and nothing changes any more.
  var hasClosed = false
  /// Whether ``startPlugins(in:)`` has launched what it was to launch.
  var hasLaunched = false
  /// Whether all of those have started or failed since.
  var isReady = false
  let gate = ReadinessGate()
  /// What the application itself provides.
  var offers: [String: PluginManifest.Method] = [:]
  /// The events that it owns.
  var ownEvents: [String: PluginManifest.Event] = [:]
  /// What the application has sent before the start.
  var early: [Envelope] = []
  /// Spans and metrics for the application's own backends; nil when it has bootstrapped none.
  let tracer: FrameTracer?
  let metrics: OrchestratorMetrics?
  var gaugeTimer: TimerToken?
  /// Whether the broker knows of the application.
  var isServing = false
  var recording = Recording()
  var couriers: [CourierID: Courier] = [:]
  /// Why kernels without a plugin did not come up.
  var startupFailures: [ConnectionID: OutcomeError] = [:]

  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// The connection of the host application itself.
  static let host = ConnectionID(0)

  /// Finds what is installed and prepares a runtime folder; nothing is started.
  ///
  /// - Throws: ``OrchestratorError`` that says what is missing and how to mend it.
  public init(configuration: OrchestratorConfiguration) throws {
    self.configuration = configuration
    files = try InstalledFiles.find(
      configured: configuration.home, environment: configuration.environment)
    specs = KernelSpecFinder(
      explicit: [files.kernels], environment: configuration.environment
    ).catalog()
    runtime = try RuntimeFolder(environment: configuration.environment)
    endpoints = try Endpoints(in: runtime)
    launcher = try KernelLauncher(launcherPath: files.launcher)
    reaper = try ReaperProcess(launcherPath: files.launcher)
    context = try Context(ioThreads: 1, maxSockets: 64)
    loop = try ZeroMQLoop()
    tracer = FrameTracer.ofApplication()
    metrics = OrchestratorMetrics.ofApplication()
    var settings = BrokerConfiguration(configuration)
    settings.reportsOpenings = tracer != nil
    broker = Broker(configuration: settings)
    let relay = HostRelay()
    client = Client(loop: loop, session: "host", tracer: tracer, transmit: relay.transmit)
    relay.orchestrator = self
    try loop.start()
  }

  /// Binds the sockets and begins to serve.
  public func start() throws {
    // A message that is only somewhat too long is refused by name, and its sender stays connected.
    let limit = 2 * (configuration.messageLimit + 65_536)
    let requests = try PeerSocket(path: endpoints.requestsPath, limit: limit)
    let events = try EventSocket(context: context, endpoint: endpoints.events)
    let control = try PeerSocket(path: endpoints.controlPath, limit: limit)
    (self.requests, self.events, self.control) = (requests, events, control)
    try requests.listen(on: loop) { [unowned self] event in
      assumeIsolated { $0.kernelEvent(event) }
    }
    try events.listen(on: loop) { [unowned self] topic in
      assumeIsolated { $0.handle(.subscription(topic: topic)) }
    }
    try control.listen(on: loop) { [unowned self] event in
      assumeIsolated { $0.controlEvent(event) }
    }
    handle(.connect(Self.host, .application(name: configuration.name)))
    isServing = true
    var announced: [Envelope] = []
    for (method, declared) in offers {
      handle(.provide(Self.host, method: method, declared))
    }
    for (event, settings) in ownEvents { handle(.own(Self.host, event: event, settings)) }
    swap(&early, &announced)
    for envelope in announced { hostMessage(envelope) }
    beginMeasuring()
  }

  /// What happens from now on.
  public nonisolated func reports() -> AsyncStream<OrchestratorReport> { hub.watch() }

  /// A number for a new connection.
  func nextConnection() -> ConnectionID {
    connectionCount += 1
    return ConnectionID(connectionCount)
  }
}

import KernelProtocol
import Parley

/// A running orchestrator with the plugins of one cast, on which cases are played one after the other.
actor Stage {
  let cast: PluginCast
  let round: Round
  let suite: ConformanceSuite
  let orchestrator: Orchestrator
  let exchange = Exchange()
  private var follower: Task<Void, Never>?

  /// What steps began and later ones refer to.
  var begun: [String: Task<Observed, Never>] = [:]
  var held: [String: ItemStream] = [:]
  var kernel: KernelID?
  /// Values that steps keep for later ones.
  var saved: [String: JSONValue] = [:]
  /// How many calls were made, and how often the status was asked for.
  var requestCount = 0
  var statusCount = 0
  private(set) var isStopped = false

  /// The most bytes of a message: little enough that a case may exceed it.
  static let messageLimit = 4 * 1_024 * 1_024

  /// Writes the plugins; ``open()`` starts them.
  init(_ item: ConformanceCase, round: Round, suite: ConformanceSuite) throws {
    cast = try PluginCast(item.plugins, round: round, suite: suite)
    self.round = round
    self.suite = suite
    var environment = suite.environment
    environment["PARLEY_RUNTIME_DIR"] = cast.folder + "/run"
    environment["PARLEY_STATE_DIR"] = cast.folder + "/state"
    var configuration = OrchestratorConfiguration(environment: environment)
    configuration.messageLimit = Self.messageLimit
    configuration.defaultTimeout = item.defaultTimeout
    configuration.helloTimeout = 60
    configuration.cancelGrace = 0.5
    configuration.shutdownPatience = 2
    configuration.tracesMessages = true
    do {
      orchestrator = try Orchestrator(configuration: configuration)
    } catch {
      cast.remove()
      throw error
    }
  }

  var client: Client { orchestrator.client }

  /// Starts the plugins and waits until each has started or failed.
  func open() async throws {
    let reports = orchestrator.reports()
    follower = Task { [exchange] in await exchange.follow(reports) }
    try await orchestrator.start()
    guard !cast.plugins.isEmpty else { return }
    let problems = try await orchestrator.startPlugins(in: cast.folder + "/plugins")
    if let problem = problems.first { throw problem }
    await orchestrator.waitUntilSettled()
  }

  /// Forgets what an earlier case has left.
  func begin() {
    exchange.begin()
    saved = [:]
    begun = [:]
  }

  /// Ends everything; a second time does nothing.
  func close() async {
    guard !isStopped else { return }
    isStopped = true
    await orchestrator.stop()
    await follower?.value
    cast.remove()
  }

  /// Ends everything at once, because a case hangs.
  func abort() async {
    await orchestrator.kill()
    await close()
  }

  /// What runs; when it has returned, everything before it is in the exchange.
  func status() async throws(OutcomeError) -> JSONValue {
    statusCount += 1
    let status = try await client.status()
    await exchange.wait(forStatusReplies: statusCount)
    return status
  }

  /// How a plugin stands.
  func status(of plugin: String) async throws(OutcomeError) -> JSONValue {
    let rows = try await status()["plugins"]?.arrayValue ?? []
    return rows.first { $0["plugin"]?.stringValue == plugin } ?? .null
  }
}

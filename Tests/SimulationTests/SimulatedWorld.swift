import KernelProtocol

@testable import Broker

/// A broker, kernels that behave at random, a client, and the queues between them, all in memory and all by one seed.
///
/// It is a value: a copy can be run on to see what would have happened.
struct SimulatedWorld {
  /// What may go wrong.
  struct Faults: Equatable {
    var crashes = false
    var duplicates = false
    var forgeries = false
    var timeouts = false
    var cancels = false
    var droppedClients = false

    static let none = Faults()
    static let all = Faults(
      crashes: true, duplicates: true, forgeries: true, timeouts: true, cancels: true,
      droppedClients: true)
  }

  static let client = ConnectionID(99)

  let seed: UInt64
  var random: RandomSource
  let faults: Faults
  var broker: Broker
  var kernels: [ConnectionID: SimulatedKernel] = [:]
  /// Messages on their way, in order for each sender and each receiver.
  var toBroker: [ConnectionID: [Envelope]] = [:]
  var toKernel: [ConnectionID: [Envelope]] = [:]
  var subscriptions: [String] = []
  /// Kernels that the broker wants ended, and plugins that it wants launched again.
  private var doomed: Set<ConnectionID> = []
  private var launches: [String] = []
  /// How many kernels were launched again.
  private(set) var launchCount = 0
  var clientHeaders = HeaderFactory(session: "client")
  var clientOpen: Set<String> = []
  var jobs = SimulatedJobs()
  var shapes = SimulatedShapes()
  var clientReadings: [String: SimulatedReading] = [:]
  /// How many items of streams have arrived.
  var itemCount = 0
  /// How many inputs the broker has had.
  var inputCount = 0
  var outcomes: [Outcome: Int] = [:]
  var now = Instant(nanoseconds: 1)
  /// Deadlocks that were told and turned out not to be, and other broken promises.
  var failures: [String] = []
  /// Whether each deadlock is proved by letting a copy wait for it.
  var provesDeadlocks = false

  init(seed: UInt64, faults: Faults, pluginCount: Int = 4) {
    self.seed = seed
    random = .seeded(seed)
    self.faults = faults
    var configuration = BrokerConfiguration(session: "o")
    configuration.random = .seeded(seed &+ 1)
    configuration.maximumDepth = 6
    configuration.defaultTimeout = 30
    configuration.retry.first = 0.01
    configuration.retry.factor = 1
    broker = Broker(configuration: configuration)
    input(.connect(Self.client, .client(principal: "client")))
    for number in 0..<pluginCount { addPlugin(number, of: pluginCount) }
  }

  private mutating func addPlugin(_ number: Int, of count: Int) {
    let id = ConnectionID(UInt32(number + 1))
    var manifest = PluginManifest(
      name: "p\(number)", version: "1", kernel: "simulated", main: "main")
    manifest.provides = [
      "p\(number).do": PluginManifest.Method(),
      "p\(number).peek": PluginManifest.Method(interleaves: chance(0.5)),
      "p\(number).list": PluginManifest.Method(isStream: true),
    ]
    manifest.calls = [try! NamePattern("**", .method)]
    manifest.emits = [
      "p\(number):done": PluginManifest.Event(), "p\(number):job": queuedEvent(),
      "p\(number):news": PluginManifest.Event(), "p\(number):tide": shapedEvent("p\(number):tide"),
    ]
    shapes.choose(someShape(), for: manifest.name)
    manifest.subscribes = ["*:done", "*:job", "*:news", "*:tide"].filter { _ in chance(0.5) }
      .map { try! NamePattern($0, .event) }
    manifest.mailbox = chance(0.6) ? .serial : .concurrent(Int.random(in: 2...3, using: &random))
    let isSequential = chance(0.25)
    input(.declare(manifest, folder: "/", connection: id))
    launch(manifest, on: id, isSequential: isSequential)
  }

  private mutating func queuedEvent() -> PluginManifest.Event {
    var event = PluginManifest.Event()
    event.delivery = .queued
    event.queue.maximumAttempts = 3
    event.queue.limit = chance(0.5) ? 2 : 1_000
    return event
  }

  private mutating func shapedEvent(_ name: String) -> PluginManifest.Event {
    var event = PluginManifest.Event()
    let shape = someShape()
    event.shape = shape
    shapes.choose(shape, for: name)
    return event
  }

  /// A plugin's kernel, the first or a later one, is there and says hello.
  private mutating func launch(
    _ manifest: PluginManifest, on id: ConnectionID, isSequential: Bool
  ) {
    kernels[id] = SimulatedKernel(
      connection: id, manifest: manifest, isSequential: isSequential)
    input(
      .connect(id, .kernel(name: "simulated", language: "none", plugin: manifest.name)))
    post(
      .hello, from: id,
      content: [
        "protocol_versions": ["1.0"],
        "features": isSequential ? ["streams"] : ["streams", "waits"],
      ])
  }

  // MARK: Running

  /// Plays so many moves, then lets everything come to rest.
  mutating func run(moves: Int) {
    for _ in 0..<moves { move() }
    settle()
  }

  /// Plays on without new work until nothing can happen without time passing; with faults, time passes too.
  mutating func settle() {
    var idle = 0
    while idle < 2_000 {
      idle = step() ? 0 : idle + 1
      if idle == 0 { continue }
      if let next = nextAttempt ?? nextWindow {
        advance(to: next)
        input(.tick)
        continue
      }
      guard faults.timeouts || faults.crashes || faults.cancels || faults.forgeries,
        let next = broker.nextDeadline()
      else { return }
      advance(to: next)
      input(.tick)
    }
    failures.append("it does not come to rest")
  }

  /// When the first queued event that has failed is tried again.
  private var nextAttempt: Instant? {
    broker.lines.values.compactMap(\.nextAttempt).filter { $0 > now }.min()
  }

  /// When the first window of a shape ends.
  private var nextWindow: Instant? { broker.shapers.values.compactMap(\.due).min() }

  private mutating func move() {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<6: clientCall()
    case 6 where faults.crashes && chance(0.2): crash()
    case 7 where faults.forgeries: forge()
    case 8 where faults.timeouts:
      advance(to: now.advanced(bySeconds: Double.random(in: 0...12, using: &random)))
      input(.tick)
    case 9 where faults.cancels: clientCancel()
    case 10 where faults.duplicates: repeatMessage()
    case 12..<15:
      advance(to: now.advanced(bySeconds: Double.random(in: 0...0.05, using: &random)))
      input(.tick)
    case 11 where faults.droppedClients && chance(0.1): dropClient()
    default: _ = step()
    }
  }

  /// Lets one thing happen that is due: a message arrives, or a handler does a step.
  private mutating func step() -> Bool {
    var choices: [() -> Choice] = []
    for id in kernels.keys.sorted(by: { $0.number < $1.number }) {
      if toBroker[id]?.isEmpty == false { choices.append { .up(id) } }
      if toKernel[id]?.isEmpty == false { choices.append { .down(id) } }
      if let kernel = kernels[id], kernel.isAlive {
        for index in kernel.runnable { choices.append { .handler(id, index) } }
      }
    }
    for id in doomed.sorted(by: { $0.number < $1.number }) { choices.append { .end(id) } }
    for name in launches { choices.append { .launch(name) } }
    if !subscriptions.isEmpty { choices.append { .subscription } }
    for request in clientReadings.keys.sorted() where clientReadings[request]?.hasItem == true {
      choices.append { .client(request) }
    }
    guard let choice = choices.randomElement(using: &random) else { return false }
    perform(choice())
    return true
  }

  private enum Choice {
    case up(ConnectionID)
    case down(ConnectionID)
    case handler(ConnectionID, Int)
    case end(ConnectionID)
    case launch(String)
    case subscription
    case client(String)
  }

  private mutating func perform(_ choice: Choice) {
    switch choice {
    case .up(let id): deliverToBroker(from: id)
    case .down(let id):
      if let envelope = toKernel[id]?.removeFirst() { arrive(envelope, at: id) }
    case .handler(let id, let index): advanceHandler(index, of: id)
    case .end(let id):
      doomed.remove(id)
      if kernels[id]?.isAlive == true { crash(id) }
    case .launch(let name): relaunch(name)
    case .subscription: input(.subscription(topic: subscriptions.removeFirst()))
    case .client(let request): clientReads(request)
    }
  }

  /// The broker gets a message; whom it owes an event is noted before.
  mutating func deliverToBroker(from id: ConnectionID) {
    guard let envelope = toBroker[id]?.removeFirst() else { return }
    if envelope.type.known == .emit,
      let event = (try? MessageMetadata(reading: envelope.metadata))?.event
    {
      jobs.reaches(envelope.id, owing: broker.owedPlugins(of: event).map(\.manifest.name))
      shapes.reaches(envelope.id, places(of: event))
    }
    input(.receive(id, envelope))
  }

  private mutating func relaunch(_ name: String) {
    launches.removeAll { $0 == name }
    guard let old = kernels.values.first(where: { $0.manifest.name == name }) else { return }
    if old.isAlive { failures.append("\(name) is launched while its kernel runs") }
    launch(old.manifest, on: old.connection, isSequential: old.isSequential)
    launchCount += 1
  }

  mutating func chance(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &random) < probability
  }

  private mutating func advance(to instant: Instant) { now = max(now, instant) }

  // MARK: The broker

  mutating func input(_ input: BrokerInput) {
    let before = provesDeadlocks ? self : nil
    var effects: [BrokerEffect] = []
    broker.handle(input, at: now, date: "2026-01-01T00:00:00.000Z", into: &effects)
    if let before {
      for refusal in effects.compactMap(Self.deadlock) { prove(refusal, by: input, before) }
    }
    for effect in effects { perform(effect) }
    inputCount += 1
    checkInvariants()
  }

  /// The reply that fails a request with a deadlock, if an effect is one.
  private static func deadlock(_ effect: BrokerEffect) -> Envelope? {
    guard case .send(_, let envelope) = effect,
      (try? MessageMetadata(reading: envelope.metadata))?.outcome == .deadlock
    else { return nil }
    return envelope
  }

  /// Lets a copy of the world, in which nobody looks for deadlocks, run on by itself: the request must still wait when
  /// nothing can happen any more.
  private mutating func prove(
    _ refusal: Envelope, by input: BrokerInput, _ before: SimulatedWorld
  ) {
    let request = refusal.parentID ?? ""
    var copy = before
    copy.provesDeadlocks = false
    copy.broker.configuration.detectsDeadlocks = false
    copy.input(input)
    for _ in 0..<20_000 where !copy.step() { break }
    let waits =
      copy.clientOpen.contains(request)
      || copy.kernels.values.contains {
        $0.open.contains(request) || $0.ungranted[request] != nil
      }
    guard !waits, let path = try? JSONParser().parse(refusal.content)["message"] else { return }
    failures.append(
      "\(request) was failed with a deadlock, and would have ended: \(path)\n\(before.story)")
  }

  private mutating func perform(_ effect: BrokerEffect) {
    switch effect {
    case .send(Self.client, let envelope): arriveAtClient(envelope)
    case .send(let id, let envelope): toKernel[id, default: []].append(envelope)
    case .publish(_, _, let envelope): publish(envelope)
    case .end(let id): doomed.insert(id)
    case .launch(let name): launches.append(name)
    case .admit, .interrupt, .report, .store, .storage, .keep, .forget, .attempted: break
    }
  }

  private mutating func publish(_ envelope: Envelope) {
    let metadata = try? MessageMetadata(reading: envelope.metadata)
    let name = metadata?.event ?? ""
    if name.hasSuffix(":tide") {
      shapes.arrived(envelope.content, isBatch: metadata?.batch == true, at: name)
    }
    for (id, kernel) in kernels
    where kernel.isAlive
      && kernel.manifest.subscribes.contains(where: { !Self.isShaped($0) && $0.matches(name) })
    {
      toKernel[id, default: []].append(envelope)
    }
  }
}

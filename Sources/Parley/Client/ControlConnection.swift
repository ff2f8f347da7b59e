import Glibc
import KernelManagement
import KernelProtocol
import ZeroMQ

/// A command's connection to an orchestrator that runs in another process.
public actor ControlConnection {
  /// What the orchestrator is used by.
  public nonisolated let client: Client
  private let loop: ZeroMQLoop
  private let context: Context
  private let path: String
  private var socket: Socket?
  private var processID: Int32?

  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// How long an orchestrator may take to answer at all, in seconds.
  private static let patience: Double = 5

  /// Connects to the orchestrator of the runtime folder, or to that of a socket.
  ///
  /// - Parameters:
  ///   - path: the orchestrator's control socket; nil has the only running one found.
  ///   - environment: where `PARLEY_RUNTIME_DIR` and the like are looked up.
  /// - Throws: ``OutcomeError`` `unavailable`, which says how to start one, or that there are several.
  public static func open(
    path: String?, environment: [String: String]
  ) async throws -> ControlConnection {
    let path = try path ?? findOnly(environment)
    guard access(path, F_OK) == 0 else {
      throw OutcomeError(
        .unavailable, "There is no socket \(path). Start an orchestrator with `parley run DIR`.")
    }
    let connection = try ControlConnection(path: path)
    try await connection.connect()
    return connection
  }

  private init(path: String) throws {
    self.path = path
    loop = try ZeroMQLoop()
    context = try Context(ioThreads: 1, maxSockets: 8)
    let relay = ControlRelay()
    var random = SystemRandomNumberGenerator()
    client = Client(
      loop: loop, session: "c-" + String(random.next(), radix: 16), transmit: relay.transmit)
    relay.connection = self
    try loop.start()
  }

  /// Ends the connection.
  public func close() {
    transmit(Envelope(header: farewell.make(.shutdownRequest, date: WallClock.now())))
    socket?.close()
    socket = nil
    loop.stop()
  }

  func transmit(_ envelope: Envelope) {
    let message = Multipart()
    for frame in envelope.encode(signer: .unsigned) { message.append(frame) }
    _ = try? socket?.send(message)
  }

  private var farewell = HeaderFactory(session: "farewell")

  private func connect() async throws {
    let socket = try Socket(context: context, kind: .dealer)
    try socket.set(.linger, to: 200)
    try socket.connect("ipc://" + path)
    self.socket = socket
    try loop.register(socket) { [unowned self] in
      assumeIsolated { $0.receive() }
    }
    let token = loop.setTimer(after: .seconds(Self.patience)) { [unowned self] in
      assumeIsolated { $0.giveUp("No orchestrator answers at \($0.path).") }
    }
    processID = try await client.status()["pid"]?.intValue.map { Int32($0) }
    loop.cancel(token)
    watchProcess()
  }

  private func receive() {
    let message = Multipart()
    while (try? socket?.receive(into: message)) == true {
      let frames = (0..<message.count).map { FrameBytes(message, part: $0) }
      guard let envelope = try? Envelope.decode(frames, signer: .unsigned) else { continue }
      client.assumeIsolated { $0.receive(envelope) }
    }
  }

  /// A DEALER is not told that its peer has gone, so the process is looked at.
  private func watchProcess() {
    guard let processID else { return }
    loop.setTimer(after: .milliseconds(500)) { [unowned self] in
      assumeIsolated { connection in
        guard kill(processID, 0) == 0 else {
          return connection.giveUp("The orchestrator has ended.")
        }
        connection.watchProcess()
      }
    }
  }

  private func giveUp(_ message: String) {
    client.assumeIsolated { $0.close(OutcomeError(.unavailable, message)) }
  }

  private static func findOnly(_ environment: [String: String]) throws(OutcomeError) -> String {
    let running = RuntimeFolder.running(environment: environment)
    guard let first = running.first else {
      throw OutcomeError(
        .unavailable,
        "No orchestrator is running. Start one with `parley run DIR`, or use `--plugins DIR`.")
    }
    guard running.count == 1 else {
      let paths = running.map { "\($0.control) (\($0.plugins))" }.joined(separator: ", ")
      throw OutcomeError(
        .unavailable, "Several orchestrators are running; choose one with --socket: \(paths)")
    }
    return first.control
  }
}

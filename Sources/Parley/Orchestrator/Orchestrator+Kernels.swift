import Broker
import KernelManagement
import KernelProtocol
import ZeroMQ

extension Orchestrator {
  /// Starts a kernel that hosts no plugin, for ``Client/execute(_:in:)``, and waits until it is ready.
  ///
  /// - Throws: ``OutcomeError`` when it does not come up, ``KernelManagementError`` when there is no such kernel.
  public func startKernel(_ name: String) async throws -> KernelID {
    let spec = try specs.spec(named: name)
    let peer = makePeer(nextConnection(), plugin: nil, spec: spec)
    try await launch(peer, spec, folder: ".", choices: [:])
    try await waitForHello(peer.connection)
    return KernelID(connection: peer.connection)
  }

  /// Raises the interrupt signal in a kernel.
  public func interrupt(_ kernel: KernelID) {
    peers[kernel.connection]?.process?.signal(.interrupt)
  }

  /// Enters a kernel before its process is there, so that nothing it says can come too early.
  func makePeer(_ id: ConnectionID, plugin: String?, spec: KernelSpec) -> KernelPeer {
    let peer = KernelPeer(
      connection: id, plugin: plugin, kernel: spec.name, language: spec.language)
    peers[id] = peer
    peersByRoutingID[peer.routingID] = peer
    handle(.connect(id, peer.role))
    return peer
  }

  /// Starts a kernel's process.
  func launch(
    _ peer: KernelPeer, _ spec: KernelSpec, folder: String, choices: [String: String]
  ) async throws(KernelManagementError) {
    do throws(KernelManagementError) {
      let launch = try launchRequest(peer, spec, folder: folder, choices: choices)
      let process = try await launcher.launch(launch)
      try reaper.add(process)
      watch(process, of: peer)
      // It was to be ended before there was a process to end.
      if peer.isEnding { process.signal(.kill) }
    } catch {
      forget(peer, ConnectionEnd(exit: .unknown, standardError: [error.description]))
      throw error
    }
  }

  /// Ends a kernel that cannot be used: nothing it could still do is wanted.
  func endKernel(_ id: ConnectionID) {
    if let peer = peers[id], peer.attached != nil { return lose(peer) }
    peers[id]?.isEnding = true
    peers[id]?.process?.signal(.kill)
  }

  private func launchRequest(
    _ peer: KernelPeer, _ spec: KernelSpec, folder: String, choices: [String: String]
  ) throws(KernelManagementError) -> KernelLaunch {
    let command = try spec.command(
      for: KernelCommandRequest(
        pluginFolder: folder, choices: choices, inherited: kernelEnvironment,
        override: host.kernels[spec.name].map(LaunchOverride.init) ?? LaunchOverride()))
    return KernelLaunch(
      kernelID: peer.kernelID, arguments: command.arguments, environment: command.environment,
      workingFolder: folder, connectionFile: try connectionFile(of: peer).bytes())
  }

  /// What a kernel's process needs to connect.
  func connectionFile(of peer: KernelPeer) -> ConnectionFile {
    ConnectionFile(
      kernelID: peer.kernelID, requests: endpoints.requests, events: endpoints.events,
      key: peer.key, maximumMessageBytes: configuration.messageLimit)
  }

  private func watch(_ process: KernelProcess, of peer: KernelPeer) {
    peer.process = process
    hub.send(
      .launched(source: peer.source, kernel: peer.kernel, processID: process.pid))
    peer.output = [
      outputPipe("stdout", process.standardOutput, of: peer),
      outputPipe("stderr", process.standardError, of: peer),
    ]
    for pipe in peer.output { try? pipe.listen(on: loop) }
    watchExit(of: peer, process.exitDescriptor)
  }

  /// Waits for the end of a kernel's process.
  ///
  /// - Parameter descriptor: becomes readable then.
  func watchExit(of peer: KernelPeer, _ descriptor: Int32) {
    let id = peer.connection
    peer.exitWatch = try? loop.register(
      fileDescriptor: descriptor, for: .readable
    ) { [unowned self] _ in
      assumeIsolated { $0.processEnded(id) }
    }
  }

  private func outputPipe(
    _ stream: String, _ descriptor: Int32, of peer: KernelPeer
  ) -> OutputPipe {
    let id = peer.connection
    return OutputPipe(stream: stream, descriptor: descriptor) { [unowned self] bytes in
      assumeIsolated { $0.receiveOutput(bytes, stream, from: id) }
    }
  }

  /// A process has ended: what it sent last is handled, and then its death.
  func processEnded(_ id: ConnectionID) {
    guard let peer = peers[id], let watch = peer.exitWatch else { return }
    peer.exitWatch = nil
    loop.unregister(watch)
    requests?.drain(peer.routingID)
    guard let process = peer.process else { return forget(peer, ConnectionEnd(exit: .unknown)) }
    for pipe in peer.output {
      pipe.drain()
      pipe.end(on: loop)
    }
    endOutput(of: peer)
    let exit = (try? process.collectExit()).map(KernelProtocol.KernelExit.init) ?? .unknown
    try? reaper.remove(process)
    hub.send(
      .exited(source: peer.source, description: exit.description, expected: peer.isEnding))
    forget(peer, ConnectionEnd(exit: exit, standardError: peer.standardErrorTail.lines))
  }

  func forget(_ peer: KernelPeer, _ end: ConnectionEnd) {
    guard peers.removeValue(forKey: peer.connection) != nil else { return }
    peersByRoutingID[peer.routingID] = nil
    requests?.disconnect(peer.routingID)
    peer.process = nil
    if let watch = peer.exitWatch { loop.unregister(watch) }
    peer.exitWatch = nil
    if peer.attached == nil, !broker.isGreeted(peer.connection) {
      startupFailures[peer.connection] = .kernelDied(
        plugin: peer.source, exit: end.exit, stderr: end.standardError, started: false)
    }
    handle(.disconnect(peer.connection, end))
  }
}

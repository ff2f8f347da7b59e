import Broker
import KernelManagement
import KernelProtocol
import ZeroMQ

extension Orchestrator {
  /// Reserves a plugin's name for a process that Parley does not start, and gives the token with which it joins.
  ///
  /// - Parameters:
  ///   - manifest: the text of its `plugin.json`, in which `kernel` and `main` may be absent.
  ///   - file: the absolute path of that file; its folder is the plugin's.
  ///   - expires: after so many seconds nobody can join with it any more, and the name is free.
  /// - Throws: `invalid_payload` when the manifest is wrong or claims what another plugin has.
  public func attach(
    manifest: String, file: String, expires: Double = 60
  ) throws(OutcomeError) -> AttachToken {
    try attach(AttachRequest(manifest: manifest, file: file, expires: expires))
  }

  /// A command wants a token.
  func receiveAttach(_ request: Envelope, from id: ConnectionID) {
    do throws(OutcomeError) {
      let wanted = try AttachRequest(try? JSONParser().parse(request.content))
      let token = try attach(wanted)
      answer(
        .attachReply, to: request, on: id,
        [
          "token": .string(token.text), "plugin": .string(token.plugin),
          "expires": JSONValue(number: token.expires),
        ])
    } catch {
      answer(.attachReply, to: request, on: id, error)
    }
  }

  /// A message from a routing id that is nobody's: a hello with a token, or what is left of one who has gone.
  func strangerMessage(_ frames: [FrameBytes], from routingID: [UInt8]) {
    guard let ticket = tickets.ticket(of: routingID),
      let envelope = try? Envelope.decode(frames, signer: ticket.peer.signer),
      envelope.type.known == .hello
    else { return }
    do throws(OutcomeError) {
      try admit(envelope, with: ticket, from: routingID)
    } catch {
      return refuseAttaching(envelope, ticket, routingID, error)
    }
    kernelMessage(frames, from: routingID)
  }

  /// The connection of an attached process has ended. That of one that ends is closed a moment before the system tells of its
  /// end, which is the better news; so there is some time for it.
  func connectionEnded(of peer: KernelPeer) {
    let id = peer.connection
    loop.setTimer(after: .milliseconds(200)) { [weak self] in
      self?.assumeIsolated { orchestrator in
        if let peer = orchestrator.peers[id] { orchestrator.lose(peer) }
      }
    }
  }

  /// An attached process is heard no more, whether its connection has ended or it was told to go; it is not signalled.
  func lose(_ peer: KernelPeer) {
    let reason = OutcomeError(
      .unavailable, "The connection of the attached process of \(peer.source) has ended.")
    let id = peer.connection
    loop.execute { [weak self] in
      self?.assumeIsolated { orchestrator in
        guard let peer = orchestrator.peers[id] else { return }
        orchestrator.forget(peer, ConnectionEnd(exit: .unknown, reason: reason))
      }
    }
  }

  private func attach(_ request: AttachRequest) throws(OutcomeError) -> AttachToken {
    guard isServing, !isStopped, tickets.hasRoom else {
      throw OutcomeError(
        .unavailable,
        isServing && !isStopped
          ? "\(AttachTickets.limit) tokens wait to be used: wait until some have expired."
          : "The orchestrator has not started, or is stopping.")
    }
    let manifest: PluginManifest
    do throws(PluginProblem) { manifest = try accept(request) } catch {
      throw OutcomeError(.invalidPayload, error.description)
    }
    let peer = KernelPeer(
      connection: nextConnection(), plugin: manifest.name, kernel: "attached", language: "")
    let token: AttachToken
    do throws(KernelManagementError) {
      token = try AttachToken(
        connectionFile(of: peer), plugin: manifest.name, expires: request.expires)
    } catch {
      throw OutcomeError(.unavailable, error.description)
    }
    reserve(manifest, for: peer, request)
    return token
  }

  /// Checks a manifest by itself and against the plugins that are there.
  private func accept(_ request: AttachRequest) throws(PluginProblem) -> PluginManifest {
    let file = request.manifestFile
    let (value, map) = try file.parse(Array(request.manifest.utf8))
    let manifest: PluginManifest
    do throws(ManifestProblem) {
      manifest = try PluginManifest(reading: value, isAttached: true)
      try checkFit(of: manifest)
    } catch {
      throw file.problem(error, map, name: value["name"]?.stringValue)
    }
    settings[manifest.name] = try hostFile.settings(for: manifest) {
      file.problem(ManifestProblem(JSONPointer(["settings"]), $0), map, name: manifest.name)
    }
    return manifest
  }

  /// Checks a manifest against the plugins that are there.
  private func checkFit(of manifest: PluginManifest) throws(ManifestProblem) {
    var set = ManifestSet()
    if let ownManifest { try? set.add(ownManifest) }
    for plugin in plugins.values.sorted(by: { $0.connection.number < $1.connection.number }) {
      try? set.add(plugin.manifest)
    }
    try set.add(manifest)
    if let problem = set.problems()[manifest.name] { throw problem }
    try checkRequired(by: manifest)
  }

  /// What it requires must not have ended for good, or it would wait for ever.
  private func checkRequired(by manifest: PluginManifest) throws(ManifestProblem) {
    for (index, name) in manifest.requires.enumerated() {
      switch plugins[name]?.state {
      case .starting, .loading, .started, .restarting, nil: continue
      case .failed, .quarantined, .stopped:
        throw ManifestProblem(
          JSONPointer(["requires", String(index)]),
          "it requires the plugin \(name), which is not running: mend it, and `parley restart \(name)`"
        )
      }
    }
  }

  private func reserve(_ manifest: PluginManifest, for peer: KernelPeer, _ request: AttachRequest) {
    let ticket = AttachTicket(peer, expires: request.expires)
    let id = peer.kernelID
    tickets.add(ticket)
    plugins[manifest.name] = RunningPlugin(
      manifest: manifest, kernel: peer.kernel, language: "", connection: peer.connection,
      source: nil)
    handle(.configure(host, settings: settings))
    handle(
      .attach(manifest, folder: request.manifestFile.folder, connection: peer.connection))
    ticket.timer = loop.setTimer(after: .seconds(request.expires)) { [unowned self] in
      assumeIsolated { $0.expire(id) }
    }
  }

  private func expire(_ kernelID: String) {
    guard let ticket = tickets[kernelID], case .open = ticket.state else { return }
    ticket.state = .expired
    let seconds = JSONValue(number: ticket.expires)
    let error = OutcomeError(
      .unavailable, "Nobody joined as \(ticket.peer.source) within \(seconds) s.")
    handle(.abandonPlugin(ticket.peer.source, error))
  }

  /// Lets a process in: from now on its messages count as the plugin's, and its end is the plugin's.
  private func admit(
    _ hello: Envelope, with ticket: AttachTicket, from routingID: [UInt8]
  ) throws(OutcomeError) {
    if let refusal = ticket.refusal { throw refusal }
    guard !isStopped else { throw OutcomeError(.unavailable, "The orchestrator is stopping.") }
    let peer = ticket.peer
    let process = try process(of: routingID, plugin: peer.source)
    if let timer = ticket.timer { loop.cancel(timer) }
    ticket.state = .used(by: process.pid)
    peer.language = language(in: hello)
    plugins[peer.source]?.language = peer.language
    peer.attached = process
    peer.routingID = routingID
    peers[peer.connection] = peer
    peersByRoutingID[routingID] = peer
    handle(.connect(peer.connection, peer.role))
    watchExit(of: peer, process.exitDescriptor)
  }

  /// The process that sent the message at hand: the system tells, not the message.
  private func process(of routingID: [UInt8], plugin name: String) throws(OutcomeError)
    -> AttachedProcess
  {
    guard let pid = requests?.process(of: routingID) else {
      throw OutcomeError(
        .unavailable,
        "The process that wants to join as \(name) cannot be seen from here: it must be on this machine, in a process "
          + "namespace that the orchestrator sees.")
    }
    do throws(KernelManagementError) { return try AttachedProcess(pid: pid) } catch {
      throw OutcomeError(.unavailable, error.description)
    }
  }

  private func language(in hello: Envelope) -> String {
    let content = try? JSONParser().parse(hello.content)
    return content?["language_info"]?["name"]?.stringValue ?? ""
  }

  private func refuseAttaching(
    _ hello: Envelope, _ ticket: AttachTicket, _ routingID: [UInt8], _ error: OutcomeError
  ) {
    refuse(ticket.peer.source, error.message)
    let welcome = reply(.welcome, to: hello, error.outcome, error.wire())
    requests?.send(welcome.encode(signer: ticket.peer.signer), to: routingID)
  }
}

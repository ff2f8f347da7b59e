import KernelProtocol

/// A call to all providers of a method is a frame of its own, which no kernel runs: the calls to the providers stem from
/// it, and it ends when each of them has.
extension Broker {
  /// The place of the frames that no kernel runs.
  private static let nowhere = ConnectionID(.max)

  /// Opens a call in each provider. One that cannot be called is in the list with its error.
  mutating func openBroadcast(_ call: CallOpening, to providers: [Plugin]) -> FrameKey {
    let key = FrameKey(number: nextMessageNumber(), connection: Self.nowhere)
    var frame = Frame(
      key,
      FrameOrigin(
        kind: .gather(method: call.method), plugin: nil, parent: call.parent?.key,
        caller: call.caller, depth: call.depth, hops: call.parent?.hops ?? 0, deadline: nil,
        timeout: call.timeout,
        trace: trace(under: call.parent, or: call.message.fields.traceparent),
        createdAt: now),
      request: call.message.withoutBody)
    frame.phase = .running
    frame.startedAt = now
    gatherings[key] = Gathering(plugins: providers.map(\.manifest.name))
    register(frame)
    let part = call.part(of: frame, caller: Self.nowhere)
    for provider in providers { openPart(part, of: key, in: provider) }
    return key
  }

  /// Whether a frame is one of the calls to all providers of a method.
  func isGathered(_ frame: Frame) -> Bool {
    guard !gatherings.isEmpty, let parent = frame.parent else { return false }
    return gatherings[parent] != nil
  }

  /// A provider has answered.
  mutating func gathered(_ ending: Ending, of frame: Frame) {
    guard let key = frame.parent, let plugin = frame.plugin else { return }
    gather(ending, of: plugin, for: key)
  }

  /// A call to all providers ends before all have answered: theirs are cancelled.
  mutating func abandonGathering(_ frame: Frame, _ error: OutcomeError, reason: String) {
    gatherings[frame.key] = nil
    complete(frame.key, .error(error))
    for part in frame.outgoing { abandon(part, .cancelled(reason: reason), reason: reason) }
  }

  /// Who waits for a frame, by name.
  func callerName(of frame: Frame) -> String? {
    let asking = isGathered(frame) ? frame.parent.flatMap { frames[$0] } : frame
    return asking?.caller.flatMap { connections[$0.connection]?.peer.principal }
  }

  private mutating func openPart(_ call: CallOpening, of key: FrameKey, in provider: Plugin) {
    do throws(OutcomeError) {
      let part = try open(call, in: provider)
      admit(into: provider.manifest.name)
      try refuseIfDeadlocked(part)
    } catch {
      gather(.error(error), of: provider.manifest.name, for: key)
    }
  }

  private mutating func gather(_ ending: Ending, of plugin: String, for key: FrameKey) {
    gatherings[key]?.add(ending, of: plugin)
    guard gatherings[key]?.isComplete == true, let gathering = gatherings.removeValue(forKey: key)
    else { return }
    complete(key, self.ending(of: gathering.value()))
  }

  private func ending(of value: GatheredValue) -> Ending {
    let content = FrameBytes(json: ["value": .array(value.rows)])
    guard content.count <= configuration.messageLimit else {
      return .error(.tooLarge(size: content.count, limit: configuration.messageLimit))
    }
    var fields = MessageMetadata()
    if !value.paths.isEmpty { fields.bufferPaths = FrameBytes(json: .array(value.paths)).bytes }
    return .reply(
      .ok,
      IncomingMessage(
        header: header(.callReply, number: 0), fields: fields, content: content,
        buffers: value.buffers))
  }
}

import KernelProtocol

/// An emitter that cannot know whether its emit has arrived makes it again with the same id, and the event is delivered once.
extension Broker {
  /// The id that an emitter gives its event.
  ///
  /// - Throws: when it is no name that can be remembered.
  func eventID(of message: IncomingMessage) throws(OutcomeError) -> String? {
    guard let id = message.fields.eventID else { return nil }
    guard !id.isEmpty, id.utf8.count <= EventMemory.longestID else {
      throw .malformed(
        "metadata.event_id must be text of 1 to \(EventMemory.longestID) bytes, and has "
          + "\(id.utf8.count)")
    }
    return id
  }

  /// Whether an event with that id was accepted before. The store answers for durable events.
  ///
  /// - Throws: when that one is not decided: its emit still waits for room.
  func isDuplicate(_ occurrence: Occurrence, of record: EventRecord) throws(OutcomeError) -> Bool {
    guard occurrence.isNamed, let number = record.memory.emit(of: occurrence.id) else {
      return false
    }
    guard emissions[number]?.hasRoom != false else { throw .undecided(occurrence) }
    return true
  }

  /// Keeps the id that an emitter gave, from now on.
  mutating func remember(_ occurrence: Occurrence, _ record: EventRecord) {
    guard occurrence.isNamed, record.settings.delivery != .durable, let number = occurrence.number
    else { return }
    events[occurrence.event]?.memory.remember(occurrence.id, of: number)
  }

  /// An emit has failed before all had taken its event: made again, it is no duplicate.
  mutating func forget(_ emission: Emission) {
    guard !emission.hasRoom, let number = emission.number else { return }
    events[emission.event]?.memory.forget(emission.eventID, of: number)
  }

  /// Nobody gets the event again, and nobody is waited for.
  mutating func answerDuplicate(_ emission: Emission) {
    var content: JSONObject = [
      "subscriptions": 0, "event_id": .string(emission.eventID), "duplicate": true,
    ]
    if emission.confirm != nil {
      content["confirmed"] = false
      content["outcomes"] = [:]
    }
    replyOK(
      .emitReply, to: emission.caller.header, on: emission.caller.connection,
      content: FrameBytes(json: .object(content)))
  }
}

extension OutcomeError {
  /// An emit with the id of one that may still fail.
  fileprivate static func undecided(_ occurrence: Occurrence) -> OutcomeError {
    OutcomeError(
      .overloaded,
      "The emit of \(occurrence.event) with the id \(occurrence.id) that came before still waits for "
        + "room: emit it again when that one has been answered.", details: ["retry_after": 1])
  }
}

import Broker
import KernelProtocol
import Store

/// An event that a plugin could not handle, wherever it is kept, as people see it.
struct DeadLetterEntry {
  /// Where it is kept.
  enum Place {
    /// In the broker, as long as the orchestrator lives.
    case queued(UInt64)
    /// In the database.
    case durable(DurableDelivery)
  }

  let place: Place
  let plugin: String
  let event: String
  let eventID: String
  let emitter: String
  let attempts: Int
  /// What the last attempt failed with.
  let error: JSONValue
  let content: FrameBytes

  /// One of a queued event.
  init(_ number: UInt64, _ letter: DeadLetter) {
    place = .queued(number)
    plugin = letter.plugin
    event = letter.occurrence.event
    eventID = letter.occurrence.id
    emitter = letter.occurrence.emitter
    attempts = letter.attempts
    error = letter.error.wire(includingOutcome: true)
    content = letter.occurrence.content
  }

  /// One of a durable event.
  init(_ delivery: DurableDelivery) {
    let occurrence = delivery.event.occurrence
    place = .durable(delivery)
    plugin = delivery.subscriber.plugin
    event = delivery.event.name
    eventID = delivery.event.id
    emitter = occurrence.emitter
    attempts = delivery.attempts
    error = ["message": .string(delivery.lastError ?? "")]
    content = occurrence.content
  }

  /// Short enough to type: `q` and a number for a queued event; `d`, the event's number and its subscriber's for a durable one.
  var id: String {
    switch place {
    case .queued(let number): "q\(number)"
    case .durable(let delivery): "d\(delivery.number).\(delivery.subscriberNumber)"
    }
  }

  /// As `parley dead-letters --json` prints it.
  ///
  /// - Parameter isWhole: whether the payload is wanted too.
  func json(isWhole: Bool) -> JSONValue {
    var delivery = "queued"
    if case .durable = place { delivery = "durable" }
    var row: JSONObject = [
      "id": .string(id), "plugin": .string(plugin), "event": .string(event),
      "event_id": .string(eventID), "emitter": .string(emitter), "delivery": .string(delivery),
      "attempts": JSONValue(attempts), "error": error,
    ]
    if isWhole {
      let parser = JSONParser(maximumDepth: JSONDepth.content)
      row["payload"] = (try? parser.parse(content)) ?? .null
    }
    return .object(row)
  }
}

import KernelProtocol

/// An emit that is not answered yet: it waits for room in its subscribers' lines, for the disk, or for its subscribers.
struct Emission {
  let caller: Caller
  /// The frame that emitted, which is suspended; nil outside of any.
  let frame: FrameKey?
  let event: String
  let eventID: String
  /// The number of the emit; nil for what nobody waits for.
  let number: UInt64?
  /// How many must have handled it; nil when nobody waits for them.
  let confirm: Confirmation?
  /// How many subscriptions it goes to.
  var subscriptions: Int
  /// The subscribers that have not answered.
  private(set) var pending: Set<String> = []
  /// What the others answered; nil for ok.
  private(set) var outcomes: [String: OutcomeError?] = [:]
  /// The lines that had no room for it.
  var fullLines: [LineID] = []
  /// The clients that had no room for it.
  var fullListeners: [ListenerID] = []
  /// Whether it is being written to the disk.
  var isBeingStored = false

  init(
    caller: Caller, frame: FrameKey?, event: String, eventID: String, number: UInt64?,
    confirm: Confirmation?, subscriptions: Int
  ) {
    self.caller = caller
    self.frame = frame
    self.event = event
    self.eventID = eventID
    self.number = number
    self.confirm = confirm
    self.subscriptions = subscriptions
  }

  /// One that nobody waits for.
  init(forNobody occurrence: Occurrence) {
    self.init(
      caller: Caller(
        connection: ConnectionID(.max), header: Envelope.emptyObject, messageID: ""),
      frame: nil, event: occurrence.event, eventID: occurrence.id, number: nil, confirm: nil,
      subscriptions: 0)
  }

  /// A subscriber is to answer.
  mutating func expect(_ plugin: String) {
    if confirm != nil { pending.insert(plugin) }
  }

  /// A subscriber has answered.
  mutating func settle(_ plugin: String, _ error: OutcomeError?) {
    guard pending.remove(plugin) != nil else { return }
    outcomes[plugin] = error
  }

  /// Those who have not answered in time.
  mutating func giveUp(_ error: OutcomeError) {
    for plugin in pending { outcomes[plugin] = error }
    pending = []
  }

  /// How many have handled it.
  var handled: Int { outcomes.values.count { $0 == nil } }

  /// How many more have to handle it.
  var missing: Int {
    guard let confirm else { return 0 }
    return max(0, confirm.needed(of: pending.count + outcomes.count) - handled)
  }

  /// Whether the condition is met.
  var isConfirmed: Bool { missing == 0 }

  /// Whether all subscribers have room for it.
  var hasRoom: Bool { fullLines.isEmpty && fullListeners.isEmpty }

  /// Whether nothing is left to wait for. An `all` waits for every answer, so that none hides behind another.
  var isSettled: Bool {
    guard hasRoom, !isBeingStored else { return false }
    guard let confirm else { return true }
    if confirm == .all { return pending.isEmpty }
    return isConfirmed || missing > pending.count
  }
}

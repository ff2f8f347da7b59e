import KernelProtocol

/// One invocation of a handler: waiting in a mailbox, running, or given up.
struct Frame {
  /// Where a frame stands.
  enum Phase: Equatable {
    /// In the mailbox; or, for an event that needs a grant, not yet asked for by its kernel.
    case waiting
    case running
    /// Its outcome is settled, but the handler has not ended yet.
    case abandoned
  }

  let key: FrameKey
  let origin: FrameOrigin

  var phase: Phase = .waiting
  /// When its time is up; later than its origin's when its time was given anew.
  var deadline: Instant?
  /// When the handler was started.
  var startedAt: Instant?
  /// The request, kept whole until it is sent; then without its body.
  var request: IncomingMessage
  /// The header of the message that opened it in its kernel; empty before.
  var openingHeader = Envelope.emptyObject
  /// The calls it has made that are not answered, in order.
  var outgoing: [FrameKey] = []
  /// The emits it has made that are not answered, by the numbers of their events.
  var emissions: [UInt64] = []
  /// Of an event's frame: whether the frame that emitted it waits for it.
  var isAwaited = true
  /// Whether it may be running though it has calls open: a reply or an item came since it last asked for something, or what it
  /// asked for is a stream, which it need not read at once. Used where the kernel does not tell.
  var mayRun = false
  /// Whether its kernel was asked to tell whenever it waits.
  var isWatched = false
  /// What its kernel said that it waits for; true as long as none of it is answered.
  var toldWaits: [ToldWait]?
  /// How many items of the stream were sent to its consumer.
  var itemCount = 0
  /// The header of the kernel's `event_start`, to be answered when it is the event's turn.
  var grantRequest: FrameBytes?
  /// The locks that it waits for.
  var awaitedLocks: [LockWait] = []
  /// How many answers it waits for that come from outside: from the storage, or once a provider is there.
  var outsideWaits = 0
  /// A streaming call's credit; nil when it does not stream.
  var credit: CreditWindow?
  /// Whether its kernel has an item and no credit for it.
  var awaitsCredit = false

  /// A frame's wait for a lock.
  struct LockWait {
    let name: String
    let header: FrameBytes
    let messageID: String
  }

  init(_ key: FrameKey, _ origin: FrameOrigin, request: IncomingMessage) {
    self.key = key
    self.origin = origin
    self.request = request
    deadline = origin.deadline
  }

  /// Its turn has come.
  mutating func begin(at now: Instant) { (phase, startedAt) = (.running, now) }

  /// Its request was sent to its kernel, and needs its body no more.
  mutating func wasSent(as header: Header) {
    openingHeader = header.bytes
    request = request.withoutBody
  }

  /// It has made a call.
  mutating func hasCalled(_ key: FrameKey, mayRun: Bool) {
    outgoing.append(key)
    self.mayRun = mayRun
  }

  /// Whether it is a stream.
  var isStream: Bool { credit != nil }
}

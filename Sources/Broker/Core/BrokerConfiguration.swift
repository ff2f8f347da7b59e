public import KernelProtocol

/// What the broker is told once, at its beginning.
public struct BrokerConfiguration: Sendable {
  /// The orchestrator's session id: the prefix of its msg_ids.
  public var session: String
  /// Where randomness comes from.
  public var random: RandomSource = .system
  /// The deadline of a call that names none, in seconds.
  public var defaultTimeout: Double = 30
  /// How deep calls may nest.
  public var maximumDepth = 64
  /// How many emits a chain of events may be long.
  public var maximumHops = 32
  /// The upper limit of one message, in bytes.
  public var messageLimit = 16 * 1024 * 1024
  /// How many requests to methods of the application itself may run at a time.
  public var applicationMailbox = MailboxMode.concurrent(64)
  /// How many requests may wait in one plugin's mailbox.
  public var mailboxMessages = 10_000
  /// How many bytes of content may wait in one plugin's mailbox.
  public var mailboxBytes = 64 * 1024 * 1024
  /// How many seconds a kernel has from its launch to its hello.
  public var helloTimeout: Double = 30
  /// How many seconds a cancelled handler has to end before its place is given away.
  public var cancelGrace: Double = 1
  /// How many seconds lie between one interrupt of a stuck kernel and the next.
  public var interruptEvery: Double = 2
  /// How many seconds an attached process with a cancelled handler has to answer before it is let go of: it cannot be interrupted.
  public var attachedPatience: Double = 10
  /// How long an event that failed waits for its next attempt.
  public var retry = RetryPolicy()
  /// When a plugin whose kernel has ended is started again.
  public var restart = RestartPolicy()
  /// Bytes of JSON that one stored value may have.
  public var storageValueLimit = 1024 * 1024
  /// How many storage requests, and how many watches, a plugin may have open.
  public var storageRequests = 1_000
  /// What the host grants of what is not granted by itself: plugin → permissions, names or patterns.
  public var grants: [String: [NamePattern]] = [:]
  /// What the host does not allow, whatever is declared and granted.
  public var denials: [String: Denials] = [:]
  /// What each plugin is given when it is loaded: checked, with secrets in their places.
  public var settings: [String: JSONObject] = [:]
  /// Whether each frame is reported when it is opened, and not only when it has ended.
  public var reportsOpenings = false
  /// Whether calls that would wait for ever are failed at once. A simulation turns it off to see that they would have.
  var detectsDeadlocks = true

  /// The defaults, for a session.
  public init(session: String) { self.session = session }
}

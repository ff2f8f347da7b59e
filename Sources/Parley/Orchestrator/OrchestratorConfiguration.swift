public import Broker

/// How an orchestrator is set up.
public struct OrchestratorConfiguration: Sendable {
  /// The application's name: how plugins see it as a caller, and as the provider of its methods.
  public var name = "operator"
  /// How many handlers of the application's own methods run at a time.
  public var mailbox = MailboxMode.concurrent(64)
  /// The environment that kernels inherit and where `PARLEY_…` variables are looked up.
  public var environment: [String: String]
  /// A prefix or source tree to take shims and launcher from; nil has them found (`$PARLEY_HOME`, beside the executable).
  public var home: String?
  /// The host's configuration, a `parley.json`; nil for the one beside the plugins' folder, if there is one.
  public var hostConfiguration: String?
  /// The deadline of calls that name none, in seconds.
  public var defaultTimeout: Double = 30
  /// The upper limit of one message, in bytes.
  public var messageLimit = 16 * 1024 * 1024
  /// How long a kernel has from its launch to its hello, in seconds.
  public var helloTimeout: Double = 30
  /// How long a cancelled handler has to end before its place is given to the next, in seconds; after as long again without a
  /// sign of life its kernel is interrupted.
  public var cancelGrace: Double = 1
  /// How long kernels have to end by themselves when the orchestrator stops, in seconds.
  public var shutdownPatience: Double = 3
  /// How old a blob is at least, in seconds, when it is deleted because nothing that is stored refers to it.
  public var blobAge: Double = 24 * 60 * 60
  /// Whether each message is reported as it passes, for those who look for a mistake in a kernel.
  public var tracesMessages = false
  /// Whether traces and what plugins store are kept in a database in the state folder (`$PARLEY_STATE_DIR`).
  public var keepsState = true

  /// The defaults, for an environment.
  public init(environment: [String: String]) { self.environment = environment }
}

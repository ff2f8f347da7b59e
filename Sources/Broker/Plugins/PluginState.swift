public import KernelProtocol

/// Where a plugin stands in its life.
public enum PluginState: Equatable, Sendable {
  /// Its manifest is accepted; its kernel has not said hello.
  case starting
  /// Its file is being run.
  case loading
  /// It serves.
  case started
  /// Its kernel has ended, by itself with that error or because somebody asked for it, and is to be started again.
  case restarting(OutcomeError?)
  /// It did not start.
  case failed(OutcomeError)
  /// Its kernel has ended too often, at last with that error: it is started again only when somebody asks for it.
  case quarantined(OutcomeError)
  /// It was ended on purpose.
  case stopped

  /// One word for tables.
  public var word: String {
    switch self {
    case .starting: "starting"
    case .loading: "loading"
    case .started: "started"
    case .restarting: "restarting"
    case .failed: "failed"
    case .quarantined: "quarantined"
    case .stopped: "stopped"
    }
  }

  /// Whether requests may wait for it or go to it.
  var takesRequests: Bool {
    switch self {
    case .starting, .loading, .started, .restarting: true
    case .failed, .quarantined, .stopped: false
    }
  }

  /// What it ended with, when it did.
  public var error: OutcomeError? {
    switch self {
    case .failed(let error), .quarantined(let error): error
    case .restarting(let error): error
    case .starting, .loading, .started, .stopped: nil
    }
  }
}

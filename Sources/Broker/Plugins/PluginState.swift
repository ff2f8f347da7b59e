public import KernelProtocol

/// Where a plugin stands in its life.
public enum PluginState: Equatable, Sendable {
  /// Its manifest is accepted; its kernel has not said hello.
  case starting
  /// Its file is being run.
  case loading
  /// It serves.
  case started
  /// It did not start, or its kernel ended.
  case failed(OutcomeError)
  /// It was ended on purpose.
  case stopped

  /// One word for tables.
  public var word: String {
    switch self {
    case .starting: "starting"
    case .loading: "loading"
    case .started: "started"
    case .failed: "failed"
    case .stopped: "stopped"
    }
  }

  /// Whether requests may wait for it or go to it.
  var takesRequests: Bool {
    switch self {
    case .starting, .loading, .started: true
    case .failed, .stopped: false
    }
  }
}

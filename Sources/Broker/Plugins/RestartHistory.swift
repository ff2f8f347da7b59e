/// How often a plugin's kernel has ended by itself, and was started again.
struct RestartHistory {
  private var crashes: [Instant] = []
  /// How many times it was started again.
  private(set) var restarts = 0
  /// Whether it has served at all: what never did has a mistake that no restart mends.
  var hasStarted = false
  /// Whether somebody asked for it, so that the end of its kernel is no crash.
  private(set) var isAskedFor = false

  /// The kernel has ended, or its new one did not come up.
  mutating func crashed(at now: Instant, _ policy: RestartPolicy) -> RestartPolicy.Decision {
    crashes = crashes.filter { $0.seconds(to: now) < policy.window } + [now]
    return policy.decide(recent: crashes.count)
  }

  /// Somebody wants it started again, whatever has happened before.
  mutating func ask() {
    crashes = []
    isAskedFor = true
  }

  /// Its kernel is launched again.
  mutating func launched() {
    restarts += 1
    isAskedFor = false
  }
}

import KernelProtocol

/// What the broker keeps of one plugin.
struct Plugin {
  var declaration: PluginDeclaration
  var state: PluginState = .starting
  /// The connection of the kernel that hosts it or will.
  var connection: ConnectionID
  /// Whether its process was not started by Parley, so that it goes with it and cannot be started again.
  var isAttached = false
  /// Whether that process takes its leave by itself.
  var isLeaving = false
  /// The language of that kernel.
  var language = ""
  /// Methods that its code has provided; a subset of those declared.
  var provided: Set<String> = []
  /// Whether its file has been run and its `on_start` handlers have not.
  var isLoaded = false
  var mailbox: Mailbox
  /// Counts its launches.
  var generation = 1
  /// Since when it is in its state.
  var since: Instant
  /// The same as ISO 8601 in UTC.
  var sinceDate = ""
  var restarts = RestartHistory()
  /// What it had subscribed to when its kernel ended: it is owed those events until it serves again.
  var formerSubscriptions: [Subscription] = []
}

import KernelProtocol

/// One `on` of a plugin.
struct Subscription {
  /// The shim's own id of it.
  let id: String
  let pattern: NamePattern
  /// The header of the `subscribe` message, until it is confirmed.
  var request: FrameBytes
  var isConfirmed = false
  /// The rhythm that it asks for; nil for that of the emits.
  var shape: Shape?

  /// Whether it is the same one, made anew after a restart.
  func isSame(as other: Subscription) -> Bool {
    id == other.id && pattern == other.pattern && shape == other.shape
  }
}

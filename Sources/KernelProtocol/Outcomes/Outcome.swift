/// How an operation ended: exactly one of a closed set (specs/kernel-protocol.md §2.1).
public enum Outcome: String, Sendable, CaseIterable {
  /// The handler returned.
  case ok
  /// The handler raised.
  case handlerError = "handler_error"
  /// Nobody provides the method.
  case noProvider = "no_provider"
  /// Manifest or grant does not allow it.
  case permissionDenied = "permission_denied"
  /// The parameters or the payload are not what the receiver takes.
  case invalidPayload = "invalid_payload"
  /// The result is not what was promised.
  case invalidReply = "invalid_reply"
  /// The deadline passed.
  case timeout
  /// The caller, or an ancestor, gave it up.
  case cancelled
  /// The process that ran it ended.
  case kernelDied = "kernel_died"
  /// The plugin is restarting, quarantined or unloading.
  case unavailable
  /// A mailbox is full.
  case overloaded
  /// A token bucket is empty.
  case rateLimited = "rate_limited"
  /// The call would close a cycle of waits.
  case deadlock
  /// Calls are nested more deeply than the limit.
  case depthExceeded = "depth_exceeded"
  /// The message is over the limit.
  case tooLarge = "too_large"
  /// A value has no faithful JSON form.
  case notSerializable = "not_serializable"

  static let table = NameTable<Self>()
}

extension Outcome: CustomStringConvertible {
  public var description: String { rawValue }
}

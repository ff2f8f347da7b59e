/// How many frames of one plugin may run at a time.
public enum MailboxMode: Equatable, Sendable {
  /// One frame at a time, save that a request made on behalf of a suspended frame is admitted into it.
  case serial
  /// Up to that many frames at a time; at least 1.
  case concurrent(Int)

  /// The number of frames that may run side by side.
  public var width: Int {
    switch self {
    case .serial: 1
    case .concurrent(let width): max(1, width)
    }
  }
}

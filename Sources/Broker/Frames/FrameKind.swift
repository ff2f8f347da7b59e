/// What a frame runs.
enum FrameKind: Equatable, Sendable {
  case call(method: String)
  case event(name: String)
  case execute
  case load
  case start
  case stop

  /// How the frame is named in traces and messages.
  var name: String {
    switch self {
    case .call(let method): method
    case .event(let name): "on \(name)"
    case .execute: "execute"
    case .load: "load"
    case .start: "on_start"
    case .stop: "on_stop"
    }
  }
}

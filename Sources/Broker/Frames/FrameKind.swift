/// What a frame runs.
enum FrameKind: Equatable, Sendable {
  case call(method: String)
  /// A call to all providers of a method.
  case gather(method: String)
  case event(name: String)
  case execute
  case load
  case start
  case stop

  /// How the frame is named in traces and messages.
  var name: String {
    switch self {
    case .call(let method), .gather(let method): method
    case .event(let name): "on \(name)"
    case .execute: "execute"
    case .load: "load"
    case .start: "on_start"
    case .stop: "on_stop"
    }
  }
}

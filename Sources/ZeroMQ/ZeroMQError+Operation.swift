extension ZeroMQError {
  /// What was being done when a call failed; the raw value completes "could not …".
  public enum Operation: String, Sendable {
    case createContext = "create a ZeroMQ context"
    case configureContext = "configure the ZeroMQ context:"
    case createSocket = "create a socket of kind"
    case bind = "bind to"
    case unbind = "unbind from"
    case connect = "connect to"
    case disconnect = "disconnect from"
    case setOption = "set the socket option"
    case getOption = "read the socket option"
    case send = "send a message"
    case receive = "receive a message"
    case wait = "wait for a socket"
    case createLoop = "create the event loop:"
    case startLoop = "start the event loop:"
    case watch = "watch"
  }
}

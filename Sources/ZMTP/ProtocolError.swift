/// Why a peer's connection cannot go on.
public enum ProtocolError: Error, Equatable, Sendable {
  /// It does not speak ZMTP.
  case noGreeting
  /// It speaks a version before 3.
  case version(UInt8)
  /// It wants another mechanism than NULL.
  case mechanism(String)
  /// A command of the handshake that says nothing we understand.
  case handshake(String)
  /// A message that exceeds the limit, in bytes.
  case tooLong(limit: Int)
}

extension ProtocolError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noGreeting: "what it sends does not begin with ZMTP's greeting"
    case .version(let version): "it speaks version \(version) of ZMTP, not 3"
    case .mechanism(let name): "its security mechanism is \(name), not NULL"
    case .handshake(let reason): "its handshake is wrong: \(reason)"
    case .tooLong(let limit): "its message is longer than \(limit) bytes"
    }
  }
}

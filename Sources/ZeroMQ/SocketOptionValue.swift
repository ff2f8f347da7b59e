/// A value that a socket option can have, and its form in memory as libzmq wants it.
public protocol SocketOptionValue: Sendable {
  /// The bytes for `zmq_setsockopt`.
  var optionBytes: [UInt8] { get }

  /// The room `zmq_getsockopt` needs; for numbers it insists on their exact size.
  static var optionCapacity: Int { get }

  /// The value of the bytes that `zmq_getsockopt` gave, or nil if they are of another size.
  init?(optionBytes: [UInt8])
}

extension SocketOptionValue where Self: FixedWidthInteger & BitwiseCopyable {
  public static var optionCapacity: Int { MemoryLayout<Self>.size }

  public var optionBytes: [UInt8] { Swift.withUnsafeBytes(of: self) { [UInt8]($0) } }

  public init?(optionBytes: [UInt8]) {
    guard optionBytes.count == MemoryLayout<Self>.size else { return nil }
    self = optionBytes.withUnsafeBytes { $0.loadUnaligned(as: Self.self) }
  }
}

extension Int32: SocketOptionValue {}

extension Int64: SocketOptionValue {}

/// libzmq's booleans are C `int`s.
extension Bool: SocketOptionValue {
  public static var optionCapacity: Int { Int32.optionCapacity }

  public var optionBytes: [UInt8] { Int32(self ? 1 : 0).optionBytes }

  public init?(optionBytes: [UInt8]) {
    guard let value = Int32(optionBytes: optionBytes) else { return nil }
    self = value != 0
  }
}

extension Array: SocketOptionValue where Element == UInt8 {
  /// The longest are routing ids and endpoints: 255 bytes.
  public static var optionCapacity: Int { 256 }

  public var optionBytes: [UInt8] { self }

  public init?(optionBytes: [UInt8]) { self = optionBytes }
}

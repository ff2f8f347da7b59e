import KernelProtocol

/// What peers tell each other's transport.
struct Command: Equatable {
  let name: String
  let data: [UInt8]

  init(name: String, data: [UInt8]) {
    self.name = name
    self.data = data
  }

  /// Reads the body of a command's frame: the length of the name, the name, and the rest.
  init(reading body: UnsafeRawBufferPointer) throws(ProtocolError) {
    guard let length = body.first, body.count > Int(length) else {
      throw .handshake("a command without a name")
    }
    name = String(decoding: body[1..<1 + Int(length)], as: UTF8.self)
    data = Array(body[(1 + Int(length))...])
  }

  /// The body of its frame.
  var body: [UInt8] { [UInt8(name.utf8.count)] + Array(name.utf8) + data }

  /// What a ROUTER says of itself.
  static let ready = Command(
    name: "READY", data: property("Socket-Type", "ROUTER") + property("Identity", ""))

  /// The answer to a PING: its context, which follows two bytes of a time to live.
  static func pong(to ping: Command) -> Command {
    Command(name: "PONG", data: Array(ping.data.dropFirst(2)))
  }

  /// The properties of a READY; their names are told apart without regard to case.
  func properties() throws(ProtocolError) -> [String: [UInt8]] {
    var (properties, rest) = ([String: [UInt8]](), data[...])
    while let length = rest.popFirst() {
      guard rest.count >= Int(length) + 4 else { throw .handshake("a property is cut off") }
      let name = String(decoding: rest.prefix(Int(length)), as: UTF8.self).lowercased()
      rest.removeFirst(Int(length))
      let size = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      rest.removeFirst(4)
      guard rest.count >= size else { throw .handshake("the property \(name) is cut off") }
      properties[name] = Array(rest.prefix(size))
      rest.removeFirst(size)
    }
    return properties
  }

  private static func property(_ name: String, _ value: String) -> [UInt8] {
    let size = UInt32(value.utf8.count).bigEndian
    return [UInt8(name.utf8.count)] + Array(name.utf8)
      + withUnsafeBytes(of: size) { Array($0) } + Array(value.utf8)
  }
}

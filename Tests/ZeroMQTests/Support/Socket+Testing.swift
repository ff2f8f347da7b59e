import Testing
import ZeroMQ

extension Socket {
  /// The next message's parts, waited for, or a failure of the test if none comes.
  func next(_ location: SourceLocation = #_sourceLocation) throws -> [[UInt8]] {
    let message = try nextMessage(location)
    return (0..<message.count).map(message.bytes(ofPart:))
  }

  /// The next message, waited for.
  func nextMessage(_ location: SourceLocation = #_sourceLocation) throws -> Multipart {
    let multipart = Multipart()
    while try !receive(into: multipart) {
      let events = try wait(for: .readable, timeout: .seconds(20))
      try #require(events == .readable, "no message came", sourceLocation: location)
    }
    return multipart
  }

  /// Sends a message that must be accepted, once there is room.
  func post(_ parts: [[UInt8]], _ location: SourceLocation = #_sourceLocation) throws {
    while try send(parts) != .sent {
      let events = try wait(for: .writable, timeout: .seconds(20))
      try #require(events == .writable, "no room to send", sourceLocation: location)
    }
  }
}

extension [UInt8] {
  /// The UTF-8 of `text`.
  init(_ text: String) { self = Array(text.utf8) }
}

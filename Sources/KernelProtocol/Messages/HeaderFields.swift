/// What one scan over a header finds; each field may be absent, as in a parent header `{}`.
struct HeaderFields {
  private(set) var id: String?
  private(set) var session: String?
  private(set) var type: MessageType?

  /// - Parameter part: `header` or `parent_header`, for the error's sentence.
  init(scanning bytes: UnsafeRawBufferPointer, of part: StaticString) throws(EnvelopeError) {
    do throws(JSONError) {
      var scanner = JSONScanner(bytes)
      while let (key, value) = try scanner.next() {
        if key.equals("msg_id") {
          id = try Self.identifier(value, "msg_id")
        } else if key.equals("session") {
          session = try Self.identifier(value, "session")
        } else if key.equals("msg_type") {
          type = try Self.messageType(value)
        }
      }
    } catch {
      throw .malformed("\(part): \(error)")
    }
  }

  private static func identifier(
    _ value: JSONSlice, _ name: StaticString
  ) throws(JSONError) -> String {
    guard value.bytes.count <= Header.maximumIdentifierLength + 2, let text = value.string else {
      throw JSONError(
        .wrongType,
        reason: "\(name) must be text of at most \(Header.maximumIdentifierLength) bytes")
    }
    return text
  }

  /// Most types are known, and then no string is made.
  private static func messageType(_ value: JSONSlice) throws(JSONError) -> MessageType {
    if let known = MessageType.Known.table[value] { return MessageType(known) }
    return MessageType(rawValue: try identifier(value, "msg_type"))
  }
}

/// Writes the headers of one sender, by template: only the number, the date and the type change.
///
/// `msg_id` is the session, a dash and a counter from 1, so it is unique as long as the session is
/// (specs/kernel-protocol.md §2: "a random prefix and a counter do"). Pure: the caller brings the
/// session's random text and the date.
public struct HeaderFactory: Sendable {
  public let session: String
  /// The number of the last header made; 0 before the first.
  public private(set) var counter = 0

  /// `SESSION-`
  private let prefix: [UInt8]
  /// `{"msg_id":"SESSION-`, the session escaped.
  private let opening: [UInt8]
  /// `","session":"SESSION","username":"USER","date":`
  private let middle: [UInt8]

  public init(session: String, username: String = "parley") {
    self.session = session
    prefix = Array((session + "-").utf8)
    var start = JSONBuilder()
    start.beginObject()
    start.key("msg_id")
    start.string(session + "-")
    // Without the closing quote: the counter goes there.
    opening = Array(start.bytes.dropLast())
    var rest = JSONBuilder()
    rest.string("")
    rest.key("session")
    rest.string(session)
    rest.key("username")
    rest.string(username)
    rest.key("date")
    // Without the opening quote of the empty string.
    middle = Array(rest.bytes.dropFirst())
  }

  /// - Parameter date: ISO 8601 in UTC, `2026-01-02T03:04:05.678Z`.
  public mutating func make(_ type: MessageType, date: String) -> Header {
    counter += 1
    return make(type, date: date, number: UInt64(counter))
  }

  private func id(_ number: UInt64) -> String {
    var text = prefix
    JSONText.append(Int64(clamping: number), to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// A header with a number of the caller's own keeping.
  public func make(_ type: MessageType, date: String, number: UInt64) -> Header {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(opening.count + middle.count + 100)
    bytes.append(contentsOf: opening)
    JSONText.append(Int64(clamping: number), to: &bytes)
    bytes.append(contentsOf: middle)
    JSONText.append(date, to: &bytes)
    bytes.append(contentsOf: #","msg_type":"#.utf8)
    JSONText.append(type.rawValue, to: &bytes)
    bytes.append(contentsOf: #","version":"5.4"}"#.utf8)
    return Header(bytes: FrameBytes(bytes), id: id(number), type: type, session: session)
  }
}

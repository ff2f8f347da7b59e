/// The formats that can be demanded; by the specification `format` only describes.
enum SchemaFormat: String, Sendable, CaseIterable {
  case date
  case dateTime = "date-time"
  case duration
  case email
  case hostname
  case ipv4
  case ipv6
  case jsonPointer = "json-pointer"
  case regex
  case time
  case uri
  case uriReference = "uri-reference"
  case uuid

  func matches(_ text: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .regex: (try? Pattern(String(decoding: text, as: UTF8.self))) != nil
    case .hostname: text.count <= 253 && matchesShape(text)
    case .date, .dateTime, .time: matchesShape(text) && CalendarText(text).isReal
    case .ipv6: IPv6Text.isValid(text)
    default: matchesShape(text)
    }
  }

  private func matchesShape(_ text: UnsafeRawBufferPointer) -> Bool {
    Self.shapes[self]?.matches(text) ?? false
  }

  private static let shapes: [SchemaFormat: Pattern] = {
    let day = #"\d{4}-\d\d-\d\d"#
    let clock = #"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"#
    let label = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    let byte = #"(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])"#
    let address = #"\#(byte)(\.\#(byte)){3}"#
    let atoms = #"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"#
    let quoted = #""([^"\\]|\\.)*""#
    let uri = #"([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})"#
    let texts: [SchemaFormat: String] = [
      .date: "^\(day)$",
      .time: "^\(clock)$",
      .dateTime: "^\(day)[Tt]\(clock)$",
      .duration:
        #"^P(\d+W|(\d+D|\d+M(\d+D)?|\d+Y(\d+M(\d+D)?)?)(T\#(Self.hours))?|T\#(Self.hours))$"#,
      .email:
        "^(\(atoms)|\(quoted))@(\(label)(\\.\(label))*|\\[(\(address)|IPv6:[0-9A-Fa-f:.]+)\\])$",
      .hostname: #"^\#(label)(\.\#(label))*$"#,
      .ipv4: "^\(address)$",
      .jsonPointer: "^(/([^~/]|~[01])*)*$",
      .uri: "^[A-Za-z][A-Za-z0-9+.-]*:\(uri)*$",
      .uriReference: "^\(uri)*$",
      .uuid: "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
    ]
    return texts.compactMapValues { try? Pattern($0) }
  }()

  /// The part of a duration after its `T`.
  private static let hours = #"(\d+S|\d+M(\d+S)?|\d+H(\d+M(\d+S)?)?)"#
}

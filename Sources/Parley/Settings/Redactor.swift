import KernelProtocol

/// Takes secrets out of texts: what a plugin writes, logs and fails with passes here before anybody sees it.
///
/// A secret is found as it is, as it stands in JSON, and percent-encoded; of one with several lines each line that is long
/// enough by itself. In another form (encoded as base64, cut in two, reversed) it is not found.
struct Redactor: Sendable {
  private struct Form {
    let bytes: [UInt8]
    let name: String
  }

  /// The bytes that one line of a secret has at least to be looked for alone.
  private static let minimumLine = 8

  /// By their first bytes.
  private var forms: [UInt8: [Form]] = [:]
  /// The bytes of the longest.
  private var longest = 0
  /// What is looked for already: a secret that was changed is known to kernels that run, so nothing is ever forgotten.
  private var known: Set<String> = []

  /// Whether there is nothing to take out.
  var isEmpty: Bool { forms.isEmpty }

  /// Looks for these secrets from now on, besides those before.
  mutating func add(_ secrets: [String: Secret]) {
    for (name, secret) in secrets.sorted(by: { $0.key < $1.key }) {
      guard case .value(let text) = secret else { continue }
      for form in Self.forms(of: text) where known.insert(form).inserted {
        let bytes = Array(form.utf8)
        longest = max(longest, bytes.count)
        forms[bytes[0], default: []].append(Form(bytes: bytes, name: name))
      }
    }
  }

  /// The text with `[secret NAME]` in the place of each.
  func redact(_ text: String) -> String {
    guard !isEmpty else { return text }
    var text = text
    return text.withUTF8 { bytes in
      let finds = finds(in: bytes)
      return finds.isEmpty ? nil : Self.replace(finds, in: bytes)
    } ?? text
  }

  /// The value with all its texts, names of members and numbers redacted.
  func redact(_ value: JSONValue) -> JSONValue {
    guard !isEmpty else { return value }
    switch value {
    case .string(let text): return .string(redact(text))
    case .array(let array): return .array(array.map(redact))
    case .object(let object):
      return .object(JSONObject(object.map { (redact($0.key), redact($0.value)) }))
    case .null, .bool: return value
    default:
      let text = value.description
      let redacted = redact(text)
      return redacted == text ? value : .string(redacted)
    }
  }

  /// How many bytes at the end of a text may be the beginning of a secret that goes on in the next.
  func pendingCount(_ text: String) -> Int {
    var text = text
    return text.withUTF8 { bytes in
      let first = (max(0, bytes.count - longest + 1)..<bytes.count).first { begin in
        (forms[bytes[begin]] ?? []).contains { form in
          form.bytes.count > bytes.count - begin && form.bytes.starts(with: bytes[begin...])
        }
      }
      guard let first else { return 0 }
      // It may be the end of a secret that was found, and go on as another: then the whole of it waits.
      let start = finds(in: bytes).last { $0.range.contains(first) }?.range.lowerBound ?? first
      return bytes.count - start
    }
  }

  private typealias Find = (range: Range<Int>, name: String)

  /// Where secrets are; those that overlap are one.
  private func finds(in bytes: UnsafeBufferPointer<UInt8>) -> [Find] {
    var finds: [Find] = []
    for begin in bytes.indices {
      guard let candidates = forms[bytes[begin]] else { continue }
      for form in candidates {
        let end = begin + form.bytes.count
        guard end <= bytes.count, bytes[begin..<end].elementsEqual(form.bytes) else { continue }
        if let last = finds.last, begin < last.range.upperBound {
          let upper = max(end, last.range.upperBound)
          finds[finds.count - 1].range = last.range.lowerBound..<upper
        } else {
          finds.append((begin..<end, form.name))
        }
      }
    }
    return finds
  }

  private static func replace(_ finds: [Find], in bytes: UnsafeBufferPointer<UInt8>) -> String {
    var text: [UInt8] = []
    var position = 0
    for find in finds {
      text += bytes[position..<find.range.lowerBound]
      text += "[secret \(find.name)]".utf8
      position = find.range.upperBound
    }
    text += bytes[position...]
    return String(decoding: text, as: UTF8.self)
  }

  /// The texts that give a secret away.
  private static func forms(of secret: String) -> [String] {
    let lines = secret.split(whereSeparator: \.isNewline).map(String.init)
    let whole = [secret] + (lines.count > 1 ? lines.filter { $0.utf8.count >= minimumLine } : [])
    return whole.flatMap { text in
      let quoted = JSONValue.string(text).description
      return [text, String(quoted.dropFirst().dropLast()), percentEncoded(text)]
    }
  }

  /// As in an address: all but letters, digits, `-`, `.`, `_` and `~` (RFC 3986 §2.3).
  private static func percentEncoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.unicodeScalars.append(UnicodeScalar(byte))
      default:
        encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return encoded
  }
}

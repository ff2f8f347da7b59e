/// The way to a value as error messages show it: `$.rows[3].when` (specs/kernel-protocol.md §2.1).
public struct JSONPath: Sendable, Hashable, CustomStringConvertible {
  public enum Element: Sendable, Hashable {
    case key(String)
    case index(Int)
  }

  /// Outermost first; none is the whole value.
  public let elements: [Element]

  public init(_ elements: [Element] = []) {
    self.elements = elements
  }

  func prefixed(by element: Element) -> JSONPath {
    JSONPath([element] + elements)
  }

  public var pointer: JSONPointer {
    JSONPointer(
      elements.map { element in
        switch element {
        case .key(let key): key
        case .index(let index): String(index)
        }
      })
  }

  /// Keys that are not plain names are quoted: `$["odd key"]`.
  public var description: String {
    elements.reduce(into: "$") { text, element in
      switch element {
      case .index(let index): text += "[\(index)]"
      case .key(let key) where Self.isPlain(key): text += ".\(key)"
      case .key(let key): text += "[\(JSONValue.string(key))]"
      }
    }
  }

  private static func isPlain(_ key: String) -> Bool {
    !key.isEmpty
      && key.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || $0 == "_" || $0.isDigit }
      && key.unicodeScalars.first?.isDigit == false
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}

public import KernelProtocol

/// A place in a schema: the document's address when it is not the main one, and the pointer.
public struct SchemaLocation: Sendable, Hashable, CustomStringConvertible {
  /// Empty for the schema that was given.
  public let document: String
  public let pointer: JSONPointer

  public init(document: String = "", pointer: JSONPointer = JSONPointer()) {
    self.document = document
    self.pointer = pointer
  }

  func appending(_ keywords: [String]) -> SchemaLocation {
    SchemaLocation(document: document, pointer: JSONPointer(pointer.tokens + keywords))
  }

  /// `#/properties/price/minimum`
  public var description: String { "\(document)#\(pointer)" }
}

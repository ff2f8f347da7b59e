import KernelProtocol

/// A value in one of the documents that a schema is made of.
struct SchemaPlace: Hashable {
  let document: Int
  let pointer: JSONPointer
  /// The pointer as bytes: text that Swift takes for equal may be two keys of JSON.
  private let path: [UInt8]

  init(document: Int, pointer: JSONPointer) {
    self.document = document
    self.pointer = pointer
    path = Array(pointer.description.utf8)
  }

  func appending(_ tokens: [String]) -> SchemaPlace {
    SchemaPlace(document: document, pointer: JSONPointer(pointer.tokens + tokens))
  }

  static func == (left: SchemaPlace, right: SchemaPlace) -> Bool {
    left.document == right.document && left.path == right.path
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(document)
    hasher.combine(path)
  }
}

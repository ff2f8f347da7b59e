/// A type with a name.
struct TypeDeclaration: Equatable, Sendable {
  struct Field: Equatable, Sendable {
    let name: String
    let shape: TypeShape
    let isRequired: Bool
    let summary: String?
  }

  enum Body: Equatable, Sendable {
    case object([Field])
    /// Another name for a shape, where a schema refers to itself or to a definition.
    case alias(TypeShape)
  }

  let name: String
  var body: Body
  let summary: String?

  /// None for an alias.
  var fields: [Field] {
    if case .object(let fields) = body { fields } else { [] }
  }
}

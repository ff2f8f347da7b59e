import KernelProtocol

/// The type of a value, as far as the languages can say it.
indirect enum TypeShape: Equatable, Sendable {
  case any
  case null
  case boolean
  case integer
  case number
  case string
  /// Just these: text, whole numbers, true, false or null.
  case literals([JSONValue])
  case array(TypeShape)
  /// An object with any keys.
  case map(TypeShape)
  case union([TypeShape])
  /// A ``TypeDeclaration``.
  case named(String)

  /// Several shapes as one: nothing twice, nothing beside what covers everything.
  static func oneOf(_ shapes: [TypeShape]) -> TypeShape {
    var kept: [TypeShape] = []
    for shape in shapes {
      if case .any = shape { return .any }
      let parts: [TypeShape] = if case .union(let parts) = shape { parts } else { [shape] }
      for part in parts where !kept.contains(part) { kept.append(part) }
    }
    return kept.count == 1 ? kept[0] : kept.isEmpty ? .any : .union(kept)
  }
}

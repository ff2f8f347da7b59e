import KernelProtocol

/// The parts of JSON Schema that a metaschema switches on (`$vocabulary`).
struct Vocabularies: OptionSet, Sendable {
  let rawValue: UInt8

  static let applicator = Vocabularies(rawValue: 1)
  static let unevaluated = Vocabularies(rawValue: 2)
  static let validation = Vocabularies(rawValue: 4)
  static let formatAssertion = Vocabularies(rawValue: 8)

  /// What https://json-schema.org/draft/2020-12/schema switches on.
  static let standard: Vocabularies = [.applicator, .unevaluated, .validation]

  static let dialect = "https://json-schema.org/draft/2020-12/schema"
  private static let prefix = "https://json-schema.org/draft/2020-12/vocab/"

  /// - Throws: the address of one that is required and not known.
  static func reading(_ vocabulary: JSONObject) throws(UnknownVocabulary) -> Vocabularies {
    var result: Vocabularies = []
    for member in vocabulary {
      let name =
        member.key.hasPrefix(prefix) ? String(member.key.dropFirst(prefix.count)) : ""
      switch name {
      case "applicator": result.insert(.applicator)
      case "unevaluated": result.insert(.unevaluated)
      case "validation": result.insert(.validation)
      case "format-assertion": result.insert(.formatAssertion)
      case "core", "meta-data", "format-annotation", "content": break
      default:
        if member.value.boolValue != false { throw UnknownVocabulary(address: member.key) }
      }
    }
    return result
  }

  struct UnknownVocabulary: Error {
    let address: String
  }
}

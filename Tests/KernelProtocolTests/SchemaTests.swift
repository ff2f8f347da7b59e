import KernelProtocol
import Testing

@Suite("The schemas of specs/schemas")
struct SchemaTests {
  static let files = [
    "connection", "error", "header", "kernelspec", "messages", "output", "parley", "plugin",
  ]

  static func schema(_ name: String) throws -> JSONValue {
    try SpecificationFile.json("schemas/\(name).schema.json")
  }

  /// Every `$ref` in a schema.
  func references(in value: JSONValue) -> [String] {
    switch value {
    case .array(let array): array.flatMap { references(in: $0) }
    case .object(let object):
      object.flatMap { member in
        member.key == "$ref"
          ? [member.value.stringValue ?? "no text"] : references(in: member.value)
      }
    default: []
    }
  }

  @Test(
    "each is a schema of 2020-12 without repeated keys, and its references lead somewhere",
    arguments: files)
  func references(file: String) throws {
    let schema = try Self.schema(file)
    #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
    for reference in references(in: schema) {
      let parts = reference.split(separator: "#", omittingEmptySubsequences: false)
      let target =
        parts[0].isEmpty ? schema : try SpecificationFile.json("schemas/\(parts[0])")
      let pointer = try #require(JSONPointer(parsing: parts.count > 1 ? String(parts[1]) : ""))
      #expect(target[pointer] != nil, "\(reference)")
    }
  }

  @Test("the outcomes of the schema are the outcomes of the code, in the same order")
  func outcomes() throws {
    let names = try Self.schema("error")["$defs"]?["outcome"]?["enum"]?.arrayValue
    #expect(names?.map(\.stringValue) == Outcome.allCases.map(\.rawValue))
  }

  /// What Parley takes from Jupyter unchanged; Jupyter documents it.
  static let jupyters: Set<MessageType.Known> = [
    .completeRequest, .completeReply, .inspectRequest, .inspectReply, .isCompleteRequest,
    .isCompleteReply, .inputRequest, .inputReply, .displayData, .updateDisplayData, .clearOutput,
    .commOpen, .commMsg, .commClose,
  ]

  @Test("every message of ours has metadata and content described")
  func messages() throws {
    let definitions = try #require(try Self.schema("messages")["$defs"]?.objectValue)
    for type in Set(MessageType.Known.allCases).subtracting(Self.jupyters) {
      let definition = try #require(definitions[type.rawValue], "\(type)")
      #expect(definition["required"] == ["metadata", "content"])
      #expect(definition["properties"]?["content"] != nil)
    }
    let messages = definitions.keys.filter { definitions[$0]?["required"]?[0] == "metadata" }
    #expect(messages.allSatisfy { MessageType(rawValue: $0).known != nil })
  }

  @Test("the fields of metadata that the code reads are those of the schema")
  func metadata() throws {
    let definitions = try #require(try Self.schema("messages")["$defs"]?.objectValue)
    var described: Set<String> = ["outcome"]
    for member in definitions {
      var sections = [member.value["properties"]?["metadata"]]
      sections += sections[0]?["oneOf"]?.arrayValue ?? []
      for section in sections {
        described.formUnion(section?["properties"]?.objectValue?.keys ?? [])
      }
    }
    for field in described {
      // No field takes an object, so one that is read is refused by its name.
      let error = #expect(throws: EnvelopeError.self, "\(field)") {
        try MessageMetadata(reading: FrameBytes(#"{"\#(field)":{}}"#))
      }
      #expect(error?.description.contains(field) == true)
    }
    #expect(described.count == 20)
  }
}

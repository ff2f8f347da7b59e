import JSONSchema
import KernelProtocol

/// Schemas and instances as JSON text, to keep the tests short.
extension Schema {
  init(text: String, options: SchemaOptions = SchemaOptions()) throws {
    try self.init(JSONParser().parse(text), options: options)
  }

  func accepts(_ text: String) -> Bool {
    var workspace = SchemaWorkspace()
    return accepts(FrameBytes(text), using: &workspace)
  }

  /// `pointer | keyword | expected | got`, one for each violation.
  func lines(for text: String) throws -> [String] {
    try violations(in: FrameBytes(text)).map { violation in
      "\(violation.instance) | \(violation.keyword) | \(violation.expected) | \(violation.got)"
    }
  }
}

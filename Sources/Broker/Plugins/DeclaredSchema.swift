import JSONSchema
public import KernelProtocol

/// A JSON Schema that a manifest declares, compiled.
public struct DeclaredSchema: Sendable {
  /// As it stands in the manifest.
  public let document: JSONValue
  let schema: Schema

  /// Compiles a schema.
  ///
  /// - Throws: what is wrong with it; the place is within the manifest when `pointer` is.
  public init(_ document: JSONValue, at pointer: JSONPointer = JSONPointer())
    throws(ManifestProblem)
  {
    self.document = document
    do throws(SchemaError) {
      schema = try Schema(document)
    } catch {
      throw ManifestProblem(
        JSONPointer(pointer.tokens + error.location.pointer.tokens), error.reason)
    }
  }
}

extension DeclaredSchema: Equatable {
  public static func == (left: DeclaredSchema, right: DeclaredSchema) -> Bool {
    left.document == right.document
  }
}

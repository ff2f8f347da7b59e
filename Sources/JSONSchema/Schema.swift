public import KernelProtocol

/// A JSON Schema of draft 2020-12, compiled once, that validates bytes.
///
/// What it cannot honour is refused when it is compiled, by name and place: a reference to a
/// document that is not given, another draft, a regular expression that cannot be matched in linear
/// time. Keywords that are not JSON Schema's describe and demand nothing, as `format` does unless
/// the options say otherwise.
///
/// Schemas may come from plugins, so the work for a value is bounded: see
/// ``SchemaEvaluation/allowance(nodes:tokens:)``.
public struct Schema: Sendable {
  let program: SchemaProgram
  let root: Int32

  /// - Throws: the first mistake in the schema.
  public init(_ document: JSONValue, options: SchemaOptions = SchemaOptions()) throws(SchemaError) {
    let compiled = try SchemaCompiler.compile(document, options)
    (program, root) = (compiled.program, compiled.root)
  }

  /// Whether every value is valid, so that there is nothing to check.
  public var acceptsEverything: Bool {
    root == SchemaNode.anything
      || program.nodes[Int(root)].types == .all && program.nodes[Int(root)].rules.isEmpty
  }

  /// Whether the bytes are JSON and valid: the quick question, without an explanation.
  public func accepts(
    _ bytes: UnsafeRawBufferPointer, using workspace: inout SchemaWorkspace
  ) -> Bool {
    var evaluation = SchemaEvaluation(program, bytes, taking: &workspace)
    defer { evaluation.returnStorage(to: &workspace) }
    do throws(JSONError) {
      try evaluation.read()
    } catch {
      return false
    }
    return evaluation.run(root)
  }

  /// Whether the frame is JSON and valid.
  public func accepts(_ frame: FrameBytes, using workspace: inout SchemaWorkspace) -> Bool {
    frame.withUnsafeBytes { accepts($0, using: &workspace) }
  }

  /// What is wrong with the bytes, in the order of the schema; nothing when they are valid.
  ///
  /// Slower than ``accepts(_:using:)``: to be asked when that has said no.
  ///
  /// - Throws: when the bytes are not JSON.
  public func violations(
    in bytes: UnsafeRawBufferPointer, limit: Int = 20
  ) throws(JSONError) -> [SchemaViolation] {
    var workspace = SchemaWorkspace()
    var evaluation = SchemaEvaluation(program, bytes, taking: &workspace)
    try evaluation.read()
    return evaluation.explain(root, limit: limit)
  }

  /// What is wrong with the frame.
  public func violations(
    in frame: FrameBytes, limit: Int = 20
  ) throws(JSONError) -> [SchemaViolation] {
    try frame.withUnsafeBytes { (bytes) throws(JSONError) in
      try violations(in: bytes, limit: limit)
    }
  }
}

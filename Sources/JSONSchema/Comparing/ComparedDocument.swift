import KernelProtocol

/// One of the two documents of a comparison.
struct ComparedDocument {
  let index: SchemaIndex
  let program: SchemaProgram
  /// The places of the program's nodes.
  let nodes: [SchemaPlace: Int32]

  init(_ document: JSONValue, _ options: SchemaOptions) throws(SchemaError) {
    let compiled = try SchemaCompiler.compile(document, options)
    (index, program, nodes) = (compiled.index, compiled.program, compiled.nodes)
  }

  var root: ComparedSchema {
    ComparedSchema(SchemaPlace(document: 0, pointer: JSONPointer()), in: self)
  }

  /// Whether the schema at a place accepts the value.
  func accepts(_ value: JSONValue, at place: SchemaPlace?) -> Bool {
    guard let place, let node = nodes[place] else { return place == nil }
    return FrameBytes(json: value).withUnsafeBytes { bytes in
      var workspace = SchemaWorkspace()
      var evaluation = SchemaEvaluation(program, bytes, taking: &workspace)
      do throws(JSONError) { try evaluation.read() } catch { return false }
      return evaluation.run(node)
    }
  }
}

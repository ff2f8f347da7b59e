import KernelProtocol

/// Refuses schemas that would ask themselves about the same value for ever, such as
/// `{"$ref": "#"}`.
///
/// Recursion is right where it goes on to a part of the value, as in a tree. A `$dynamicRef` is
/// followed to where it leads by itself; what it meets besides is bounded when a value is checked.
enum RecursionCheck {
  private enum Mark { case fresh, open, done }

  static func run(_ program: SchemaProgram) throws(SchemaError) {
    var marks = [Mark](repeating: .fresh, count: program.nodes.count)
    for root in program.nodes.indices where marks[root] == .fresh {
      // Depth first with a stack of its own: the chain may be as long as the schema.
      var path: [(node: Int, rest: [Int32])] = [(root, inPlace(program, root))]
      marks[root] = .open
      while let (node, rest) = path.last {
        guard let next = rest.last else {
          marks[node] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].rest.removeLast()
        switch marks[Int(next)] {
        case .done: continue
        case .open:
          throw SchemaError(
            program.locations[node],
            "it leads back to \(program.locations[Int(next)]) for the same value, without end")
        case .fresh:
          marks[Int(next)] = .open
          path.append((Int(next), inPlace(program, Int(next))))
        }
      }
    }
  }

  /// The nodes that are asked about the same value.
  private static func inPlace(_ program: SchemaProgram, _ node: Int) -> [Int32] {
    program.nodes[node].rules.indices.flatMap { index -> [Int32] in
      switch program.rules[index] {
      case .allOf(let list), .anyOf(let list), .oneOf(let list):
        Array(program.children[list.indices])
      case .not(let node), .reference(let node): [node]
      case .condition(let node, let then, let otherwise): [node, then, otherwise]
      case .dynamicReference(let number): [program.dynamicReferences[Int(number)].node]
      case .members(let number):
        program.dependencies[program.members[Int(number)].dependencies.indices].compactMap {
          if case .node(let node) = $0.demand { node } else { nil }
        }
      default: []
      }
    }
  }
}

public import KernelProtocol

/// Tells what changed from one version of a schema to the next, and whether those who were written
/// for the old version can go on.
///
/// Two questions: is all that the new version allows allowed by the old one, which is what the old
/// *consumers* accept; and is all that the old version allows, which is what the old *emitters*
/// send, allowed by the new one. The answers are cautious: what cannot be shown to be compatible is
/// incompatible, and said to be so. One thing is taken for granted, since without it no schema
/// could ever grow: who sends an object that is open to other members sends those that its schema
/// names.
public struct SchemaComparison: Sendable {
  /// In the order of the schema.
  public let changes: [SchemaChange]

  public var isCompatible: Bool { changes.allSatisfy(\.isCompatible) }

  /// - Throws: the first mistake in either schema; `old` is looked at first.
  public init(
    old: JSONValue, new: JSONValue, options: SchemaOptions = SchemaOptions()
  ) throws(SchemaError) {
    let before = try ComparedDocument(old, options)
    let after = try ComparedDocument(new, options)
    var walk = ComparisonWalk()
    walk.compare(before.root, after.root)
    changes = walk.changes
  }
}

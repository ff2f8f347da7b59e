import KernelProtocol

/// Storage that validating uses and keeps for the next time: with one workspace, validating what
/// is valid allocates nothing once the storage has grown to the size of the messages. Excepted are
/// text that is written with escapes and the elements of a long array that must be unique.
///
/// One for each thread that validates, whatever the number of schemas.
public struct SchemaWorkspace: Sendable {
  var tape = JSONTape()
  /// Places on the tape of members and elements that a schema has looked at.
  var evaluated: [UInt32] = []
  /// By place on the tape, the number of the question that has last marked it.
  var stamps: [UInt32] = []
  /// The resources through which the evaluation has come, for `$dynamicRef`.
  var scope: [Int32] = []

  public init() {}
}

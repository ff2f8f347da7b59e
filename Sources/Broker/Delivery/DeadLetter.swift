public import KernelProtocol

/// An event that a subscriber could not handle, with what its last attempt failed with.
public struct DeadLetter: Sendable {
  public let occurrence: Occurrence
  public let plugin: String
  public let attempts: Int
  public let error: OutcomeError
  /// The line to put it back in.
  let line: LineID

  /// The same with another error: without what must not be shown.
  public func failed(with error: OutcomeError) -> DeadLetter {
    DeadLetter(
      occurrence: occurrence, plugin: plugin, attempts: attempts, error: error, line: line)
  }
}

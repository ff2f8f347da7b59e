public import KernelProtocol

/// What is wrong with a manifest, and where in it.
public struct ManifestProblem: Error, Equatable, Sendable {
  /// The place in the file; of a missing key, the object that should have it.
  public let pointer: JSONPointer
  /// A sentence that says what is wrong and how to mend it.
  public let message: String

  /// A problem at a place.
  public init(_ pointer: JSONPointer, _ message: String) {
    self.pointer = pointer
    self.message = message
  }
}

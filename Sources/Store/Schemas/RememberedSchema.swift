public import KernelProtocol

/// A schema that a plugin was loaded with.
public struct RememberedSchema: Sendable, Equatable {
  /// What it is the schema of.
  public enum Subject: String, Sendable, CaseIterable {
    /// An event's payload.
    case payload
    /// A method's parameters.
    case params
    /// What a method gives.
    case result
  }

  public let subject: Subject
  /// The event or the method.
  public let name: String
  /// The plugin's version then.
  public let version: String
  public let document: JSONValue

  public init(_ subject: Subject, of name: String, version: String, document: JSONValue) {
    self.subject = subject
    self.name = name
    self.version = version
    self.document = document
  }
}

public import KernelProtocol

/// One difference between two versions of a schema, and whom it breaks.
public struct SchemaChange: Sendable, Equatable, CustomStringConvertible {
  /// Those who were written for the old version.
  public struct Parties: OptionSet, Sendable, Hashable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// They receive what the new version allows, and may get what the old one did not.
    public static let consumers = Parties(rawValue: 1)
    /// They send what the old version allowed, which the new one may refuse.
    public static let emitters = Parties(rawValue: 2)
    public static let all: Parties = [.consumers, .emitters]
  }

  /// The keyword; in the old schema when the new one has it no more.
  public let pointer: JSONPointer
  /// What is different, such as "the minimum rose from 0 to 1".
  public let summary: String
  public let breaks: Parties
  /// False: it could not be shown that the change breaks nobody, nor that it does.
  public let isCertain: Bool

  public var isCompatible: Bool { breaks.isEmpty }

  public init(pointer: JSONPointer, summary: String, breaks: Parties, isCertain: Bool = true) {
    self.pointer = pointer
    self.summary = summary
    self.breaks = breaks
    self.isCertain = isCertain
  }

  /// Whom it breaks, in words.
  public var verdict: String {
    switch (breaks, isCertain) {
    case ([], _): "compatible"
    case (_, false): "incompatible: cannot be shown to be compatible"
    case (.consumers, _):
      "incompatible: consumers written for the old schema may get what they do not accept"
    case (.emitters, _):
      "incompatible: emitters written for the old schema may send what is no longer accepted"
    default: "incompatible: for consumers and for emitters written for the old schema"
    }
  }

  /// `/properties/total/minimum: the minimum rose from 0 to 1 (incompatible: …)`
  public var description: String { "\(pointer): \(summary) (\(verdict))" }
}

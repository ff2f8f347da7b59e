import JSONSchema
import KernelProtocol

extension Broker {
  /// Checks the content of a request or an event against its schema.
  ///
  /// - Throws: ``Outcome/invalidPayload`` with the first place that is wrong.
  mutating func validate(
    _ content: FrameBytes, against declared: DeclaredSchema?, as what: @autoclosure () -> String
  ) throws(OutcomeError) {
    guard let schema = declared?.schema, !schema.accepts(content, using: &workspace) else { return }
    let violations = (try? schema.violations(in: content)) ?? []
    throw .mismatch(.invalidPayload, what(), violations)
  }

  /// Checks what a handler gave, the member `value` of a content, against its schema.
  ///
  /// - Returns: nil when it is right.
  mutating func mismatch(
    ofValueIn content: FrameBytes, against declared: DeclaredSchema?,
    as what: @autoclosure () -> String
  ) -> OutcomeError? {
    guard let schema = declared?.schema, !schema.acceptsEverything else { return nil }
    return content.withUnsafeBytes { bytes in
      guard let value = JSONMember.value(of: "value", in: bytes) else { return nil }
      guard !schema.accepts(value, using: &workspace) else { return nil }
      let violations = (try? schema.violations(in: value)) ?? []
      return .mismatch(.invalidReply, what(), violations)
    }
  }

  /// What the provider of a call declares of it.
  func declaration(of frame: Frame) -> PluginManifest.Method? {
    guard case .call(let method) = frame.kind, let plugin = frame.plugin else { return nil }
    return plugins[plugin]?.manifest.provides[method]
  }
}

extension OutcomeError {
  /// What is wrong with a value, at the first place, and at how many more.
  fileprivate static func mismatch(
    _ outcome: Outcome, _ what: String, _ violations: [SchemaViolation]
  ) -> OutcomeError {
    guard let first = violations.first else {
      return OutcomeError(outcome, "\(what) is not what its schema says.")
    }
    let place = first.instance.tokens.isEmpty ? "is wrong" : "is wrong at \(first.instance)"
    let more = violations.count > 1 ? " (and \(violations.count - 1) more)" : ""
    return OutcomeError(
      outcome, "\(what) \(place): expected \(first.expected), got \(first.got)\(more).",
      details: [
        "pointer": .string(first.instance.description), "expected": .string(first.expected),
        "got": .string(first.got),
      ])
  }
}

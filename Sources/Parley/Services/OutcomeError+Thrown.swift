import KernelProtocol

extension OutcomeError {
  /// What a handler of the application threw, as its caller gets it (specs/kernel-protocol.md §2.1).
  ///
  /// An error that came from a call of the handler's own passes with the handler's place before its frames.
  init(thrown error: any Error, by method: String, at site: SourceSite) {
    let own = StackFrame(file: site.file, line: site.line, function: method)
    switch error {
    case is CancellationError:
      self = .cancelled(reason: "the handler was cancelled")
    case let error as OutcomeError where Self.isOwn(error):
      self = error
    case let error as OutcomeError where error.outcome == .handlerError:
      var details = error.details
      details["frames"] = Self.wire([own] + error.frames)
      self.init(.handlerError, error.message, details: details)
    case let error as OutcomeError:
      self.init(.handlerError, raised: "OutcomeError", error.message, own, cause: error)
    default:
      self.init(
        .handlerError, raised: String(describing: type(of: error)), String(describing: error), own,
        cause: nil)
    }
  }

  /// What a result that cannot be sent comes to is no error of a call.
  private static func isOwn(_ error: OutcomeError) -> Bool { error.outcome == .notSerializable }

  private init(
    _ outcome: Outcome, raised name: String, _ text: String, _ frame: StackFrame,
    cause: OutcomeError?
  ) {
    var details: JSONObject = [
      "ename": .string(name), "evalue": .string(text), "traceback": [],
      "frames": Self.wire([frame]),
    ]
    details["cause"] = cause?.wire(includingOutcome: true)
    self.init(outcome, "\(name): \(text)", details: details)
  }

  private static func wire(_ frames: [StackFrame]) -> JSONValue {
    .array(frames.map(\.wire))
  }
}

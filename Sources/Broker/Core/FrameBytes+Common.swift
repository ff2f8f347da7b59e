import KernelProtocol

extension FrameBytes {
  /// `{}`
  static let emptyObject = FrameBytes("{}")

  /// `{"outcome":"ok"}`
  static let outcomeOK = FrameBytes(#"{"outcome":"ok"}"#)

  /// The metadata of a reply with that outcome.
  static func outcome(_ outcome: Outcome) -> FrameBytes {
    FrameBytes(#"{"outcome":"\#(outcome.rawValue)"}"#)
  }
}

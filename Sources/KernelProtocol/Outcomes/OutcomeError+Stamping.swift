extension OutcomeError {
  /// Says of each frame that does not say it yet, in causes too, which plugin it belongs to.
  ///
  /// A frame that came up from another plugin was stamped when it passed the broker before.
  public func stamping(plugin: String, language: String) -> OutcomeError {
    var details = details
    if details["frames"] != nil {
      let stamped = frames.map { frame in
        guard frame.plugin == nil else { return frame }
        var frame = frame
        frame.plugin = plugin
        frame.language = language
        return frame
      }
      details["frames"] = .array(stamped.map(\.wire))
    }
    if let cause {
      details["cause"] = cause.stamping(plugin: plugin, language: language)
        .wire(includingOutcome: true)
    }
    return OutcomeError(outcome, message, details: details)
  }
}

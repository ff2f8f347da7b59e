extension OutcomeError {
  /// Says of each frame that does not say it yet, in causes too, which plugin it belongs to.
  ///
  /// A frame that came up from another plugin was stamped when it passed the broker before.
  public func stamping(plugin: String, language: String) -> OutcomeError {
    OutcomeError(outcome, message, details: Self.stamp(details, plugin, language))
  }

  /// Works on the wire form, in one walk: to read each cause anew at each level would take time in
  /// the square of what a kernel sends.
  private static func stamp(
    _ error: JSONObject, _ plugin: String, _ language: String
  ) -> JSONObject {
    var error = error
    if let frames = error["frames"]?.arrayValue {
      error["frames"] = .array(frames.map { stamp($0, plugin, language) })
    }
    if let cause = error["cause"]?.objectValue {
      error["cause"] = .object(stamp(cause, plugin, language))
    }
    if let errors = error["errors"]?.arrayValue {
      error["errors"] = .array(
        errors.map { .object(stamp($0.objectValue ?? [:], plugin, language)) })
    }
    return error
  }

  private static func stamp(_ frame: JSONValue, _ plugin: String, _ language: String) -> JSONValue {
    guard var stamped = StackFrame(wire: frame), stamped.plugin == nil else { return frame }
    stamped.plugin = plugin
    stamped.language = language
    return stamped.wire
  }
}

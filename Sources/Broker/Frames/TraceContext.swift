/// Where a frame stands in its trace (W3C Trace Context, version 00).
public struct TraceContext: Hashable, Sendable {
  /// The high and low halves of the trace's id; never both zero.
  public let traceHigh: UInt64, traceLow: UInt64
  /// The id of this span; never zero.
  public let span: UInt64
  /// The span that caused it; nil at the root.
  public let parentSpan: UInt64?

  /// The trace's id, 32 lower-case hexadecimal digits.
  public var traceID: String { Hexadecimal.string(traceHigh) + Hexadecimal.string(traceLow) }

  /// The `traceparent` header: version, trace id, span id, flags (sampled).
  public var traceparent: String { traceparent(of: span) }

  /// The `traceparent` of the span that caused it; nil at the root.
  public var parentTraceparent: String? {
    parentSpan.map(traceparent(of:))
  }

  /// Every message of a call carries one: so it is written digit by digit, into storage of the right size.
  private func traceparent(of span: UInt64) -> String {
    String(unsafeUninitializedCapacity: 55) { text in
      for (index, byte) in "00-".utf8.enumerated() { text[index] = byte }
      Hexadecimal.write(traceHigh, to: text, at: 3)
      Hexadecimal.write(traceLow, to: text, at: 19)
      text[35] = UInt8(ascii: "-")
      Hexadecimal.write(span, to: text, at: 36)
      for (index, byte) in "-01".utf8.enumerated() { text[52 + index] = byte }
      return 55
    }
  }

  /// The context in a `traceparent` header; nil when it is not one of version 00, or its ids are zero.
  init?(traceparent: String) {
    let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "00", parts[1].count == 32, parts[2].count == 16,
      let high = UInt64(parts[1].prefix(16), radix: 16),
      let low = UInt64(parts[1].suffix(16), radix: 16),
      let span = UInt64(parts[2], radix: 16), high | low != 0, span != 0
    else { return nil }
    self.init(traceHigh: high, traceLow: low, span: span, parentSpan: nil)
  }

  init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, parentSpan: UInt64?) {
    self.traceHigh = traceHigh
    self.traceLow = traceLow
    self.span = span
    self.parentSpan = parentSpan
  }
}

public import Store

/// All that one request or event has caused, across plugins: its spans, from the first cause on.
public struct Trace: Sendable, Equatable {
  /// 32 hexadecimal digits.
  public let id: String
  /// In the order in which they were asked for.
  public let spans: [SpanRecord]
  private let children: [UInt64: [Int]]
  private let rootPlaces: [Int]

  /// A trace of its spans, in whatever order; nil when there are none. Those of other traces than the first are left out.
  public init?(_ spans: [SpanRecord]) {
    guard let id = spans.first?.trace else { return nil }
    self.id = id
    let sorted = spans.filter { $0.trace == id }.enumerated().sorted { left, right in
      (left.element.requested, left.element.depth, left.offset)
        < (right.element.requested, right.element.depth, right.offset)
    }.map(\.element)
    let known = Set(sorted.map(\.span))
    var children: [UInt64: [Int]] = [:]
    var roots: [Int] = []
    for (place, span) in sorted.enumerated() {
      if let parent = span.parent, known.contains(parent), parent != span.span {
        children[parent, default: []].append(place)
      } else {
        roots.append(place)
      }
    }
    (self.spans, self.children, rootPlaces) = (sorted, children, roots)
  }

  /// The spans that nothing caused, or whose cause has not ended.
  public var roots: [SpanRecord] { rootPlaces.map { spans[$0] } }

  /// What a span has caused.
  public func children(of span: SpanRecord) -> [SpanRecord] {
    (children[span.span] ?? []).map { spans[$0] }
  }

  /// What the trace is called: its first step.
  public var name: String { roots.first?.name ?? "" }

  /// When it began, in nanoseconds since 1970.
  public var began: Int64 { spans.first?.requested ?? 0 }

  /// When its last step ended.
  public var ended: Int64 { spans.map(\.ended).max() ?? 0 }

  /// How long it took, in seconds.
  public var seconds: Double { Double(ended - began) / 1e9 }

  /// The plugins that took part, in the order in which they came in.
  public var plugins: [String] {
    var names: [String] = []
    for span in spans where !span.plugin.isEmpty && !names.contains(span.plugin) {
      names.append(span.plugin)
    }
    return names
  }

  /// How it has ended, and the step that failed.
  public var state: TraceState {
    let isUnfinished = spans.contains { span in
      span.openedFrames > children[span.span, default: []].count
    }
    if isUnfinished || roots.contains(where: { $0.parent != nil }) { return .unfinished }
    let final = spans.filter { span in
      span.outcome != .ok && (span.parent == nil || span.isEventHandler && !wasTriedAgain(span))
    }
    guard let first = final.min(by: { $0.ended < $1.ended }) else { return .ok }
    return .failed(first.outcome, step: origin(of: first))
  }

  /// Whether a handler's attempt was followed by another: only the last tells how it ended.
  private func wasTriedAgain(_ attempt: SpanRecord) -> Bool {
    guard let parent = attempt.parent else { return false }
    return (children[parent] ?? []).contains { place in
      let other = spans[place]
      return other.name == attempt.name && other.plugin == attempt.plugin
        && other.requested > attempt.requested
    }
  }

  /// The step whose error became the error of another: the last that failed below it, all the way down.
  private func origin(of span: SpanRecord) -> SpanRecord {
    var (step, seen) = (span, Set([span.span]))
    while let next = children(of: step).last(where: { $0.outcome != .ok && !$0.isEventHandler }),
      seen.insert(next.span).inserted
    {
      step = next
    }
    return step
  }
}

extension SpanRecord {
  /// Whether it ran for an event: nobody waits for it.
  public var isEventHandler: Bool { name.hasPrefix("on ") }

  /// Whether it is an event that was emitted.
  public var isEmit: Bool { name.hasPrefix("emit ") }

  /// The plugin and its language.
  var place: String { language.isEmpty ? plugin : "\(plugin) (\(language))" }

  /// How it failed, in a line of some width; nil when it did not.
  var failure: String? {
    guard outcome != .ok else { return nil }
    guard let message, !message.isEmpty else { return outcome.rawValue }
    let line = message.prefix { !$0.isNewline }
    let isLong = line.count > Self.messageWidth
    return "\(outcome.rawValue): \(line.prefix(Self.messageWidth))\(isLong ? "…" : "")"
  }

  /// How much of an error's sentence is shown in a diagram.
  private static let messageWidth = 60
}

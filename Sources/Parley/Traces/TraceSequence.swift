import Store

/// A trace as a sequence of arrows between those who took part, in the order of time: what a sequence diagram shows.
struct TraceSequence {
  /// One who took part.
  struct Participant: Equatable {
    let name: String
    /// The name with the language.
    let title: String
  }

  /// One line of the diagram; the numbers are places among the participants.
  enum Step: Equatable {
    /// A request and its method.
    case call(from: Int, to: Int, label: String)
    /// An event on its way.
    case event(from: Int, to: Int, label: String)
    /// A reply, with how long it took; `isError` when it is none of the good ones.
    case reply(from: Int, to: Int, label: String, isError: Bool)
    /// Something that happened to one alone.
    case note(at: Int, label: String)
  }

  private(set) var participants: [Participant] = []
  private(set) var steps: [Step] = []

  private var timed: [(time: Int64, step: Step)] = []
  private let trace: Trace

  /// The sequence of a trace.
  init(_ trace: Trace) {
    self.trace = trace
    for root in trace.roots { add(root, asker: root.caller ?? "") }
    steps = timed.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element.step)
  }

  /// Enters a span and all below it.
  ///
  /// - Parameter asker: who asked for it; empty when nobody did.
  private mutating func add(_ span: SpanRecord, asker: String) {
    if span.plugin.isEmpty { return addRefusal(span, asker: asker) }
    let from = asker.isEmpty ? nil : place(of: asker, title: asker)
    let to = place(of: span.plugin, title: span.place)
    begin(span, from: from, to: to)
    for child in trace.children(of: span) { add(child, asker: span.plugin) }
    end(span, from: from, to: to)
  }

  private mutating func begin(_ span: SpanRecord, from: Int?, to: Int) {
    if span.isEmit {
      if span.openedFrames == 0 { note(span, at: to, span.name) }
    } else if let from, span.isEventHandler {
      timed.append((span.requested, .event(from: from, to: to, label: span.name)))
    } else if let from {
      timed.append((span.requested, .call(from: from, to: to, label: span.name)))
    } else {
      timed.append((span.requested, .note(at: to, label: span.name)))
    }
  }

  private mutating func end(_ span: SpanRecord, from: Int?, to: Int) {
    guard !span.isEmit else { return }
    if let from, !span.isEventHandler {
      let label = span.failure ?? TraceDuration.text(span.seconds)
      timed.append(
        (
          span.ended, .reply(from: to, to: from, label: label, isError: span.outcome != .ok)
        ))
    } else if let failure = span.failure {
      timed.append((span.ended, .note(at: to, label: "\(span.name) failed: \(failure)")))
    }
  }

  /// A call that reached nobody.
  private mutating func addRefusal(_ span: SpanRecord, asker: String) {
    guard !asker.isEmpty else { return }
    let label = [span.name, span.failure].compactMap { $0 }.joined(separator: ": ")
    note(span, at: place(of: asker, title: asker), label)
  }

  private mutating func note(_ span: SpanRecord, at place: Int, _ label: String) {
    timed.append((span.requested, .note(at: place, label: label)))
  }

  /// The place of one who takes part, who is entered when new.
  private mutating func place(of name: String, title: String) -> Int {
    if let place = participants.firstIndex(where: { $0.name == name }) { return place }
    participants.append(Participant(name: name, title: title))
    return participants.count - 1
  }
}

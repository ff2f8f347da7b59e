import Parley

/// Collects the spans of an operation and prints them as a tree.
struct SpanRecorder {
  private let task: Task<[Span], Never>?

  /// Begins to collect, when it is on and the orchestrator is of this process.
  init(_ backend: Backend, isOn: Bool) {
    guard isOn, case .own(let orchestrator) = backend else {
      task = nil
      return
    }
    let reports = orchestrator.reports()
    task = Task {
      var spans: [Span] = []
      for await report in reports {
        if case .broker(.span(let span)) = report { spans.append(span) }
      }
      return spans
    }
  }

  /// Prints the tree of the last trace, once the orchestrator has stopped.
  func print() async {
    guard let task else { return }
    let spans = await task.value
    // The steps of the plugins' lives are no part of what was asked for.
    guard let last = spans.last(where: { $0.depth > 0 }) else { return }
    let records = spans.filter { $0.trace.traceID == last.trace.traceID }.map { SpanRecord($0) }
    if let trace = Trace(records) {
      Terminal.standardError.write(Terminal.standardError.tree(trace))
    }
  }
}

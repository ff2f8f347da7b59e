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
        if case .broker(.span(let span)) = report, span.depth > 0 { spans.append(span) }
      }
      return spans
    }
  }

  /// Prints the tree of the last trace, once the orchestrator has stopped.
  func print() async {
    guard let task else { return }
    Terminal.standardError.write(SpanTree(await task.value, for: .standardError).text)
  }
}

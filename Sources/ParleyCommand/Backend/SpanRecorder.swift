import Foundation
import Parley

/// Finds out what an operation has caused, and prints it as a tree.
///
/// Of an orchestrator of this process the spans are followed; of another one they are read where it records them.
struct SpanRecorder {
  private enum Source {
    case followed(Task<[Span], Never>)
    case recorded(RequestTrace, socket: String?)
  }

  private let source: Source?

  /// Begins to collect, when it is on.
  init(_ backend: Backend, isOn: Bool, socket: String?) {
    source =
      switch backend {
      case _ where !isOn: nil
      case .own(let orchestrator): .followed(Self.follow(orchestrator))
      case .remote: .recorded(RequestTrace(), socket: socket)
      }
  }

  /// Runs the operation, in a trace that is found again.
  func run(_ operation: @Sendable () async -> Bool) async -> Bool {
    guard case .recorded(let trace, _) = source else { return await operation() }
    return await trace.run(operation)
  }

  /// Prints the tree, once the operation has ended, and the orchestrator as well if it was made for it.
  func print() async {
    switch source {
    case .followed(let task): Self.print(Self.lastTrace(in: await task.value))
    case .recorded(let trace, let socket): await Self.print(trace.id, of: socket)
    case nil: break
    }
  }

  private static func follow(_ orchestrator: Orchestrator) -> Task<[Span], Never> {
    let reports = orchestrator.reports()
    return Task {
      var spans: [Span] = []
      for await report in reports {
        if case .broker(.span(let span)) = report { spans.append(span) }
      }
      return spans
    }
  }

  private static func lastTrace(in spans: [Span]) -> Trace? {
    // The steps of the plugins' lives are no part of what was asked for.
    guard let last = spans.last(where: { $0.depth > 0 }) else { return nil }
    return Trace(spans.filter { $0.trace.traceID == last.trace.traceID }.map { SpanRecord($0) })
  }

  private static func print(_ id: String, of socket: String?) async {
    do throws(OutcomeError) {
      let archive = try TraceArchive.open(
        socket: socket, environment: ProcessInfo.processInfo.environment)
      let trace = try await archive.trace(recent: id)
      await archive.close()
      print(trace)
    } catch {
      Terminal.standardError.line("There is no tree to show: \(error.message)")
    }
  }

  private static func print(_ trace: Trace?) {
    guard let trace else { return }
    Terminal.standardError.write(Terminal.standardError.tree(trace))
  }
}

import ArgumentParser
import Parley

/// One operation from beginning to end: open the backend, run it, print how it ended, clean up, exit.
struct Operation {
  let options: OperationOptions
  let printer: OutcomePrinter
  let showsTree: Bool

  /// Runs `body`; ^C cancels it.
  ///
  /// - Throws: the exit status, when it is not 0.
  func run(
    _ body: @escaping @Sendable (Backend) async throws(OutcomeError) -> Void
  ) async throws {
    let backend: Backend
    do {
      backend = try await Backend.open(options)
    } catch {
      printer.error(Self.outcome(of: error))
      throw ExitCode(1)
    }
    let spans = SpanRecorder(backend, isOn: showsTree)
    let (error, wasInterrupted) = await Interruption.run {
      do throws(OutcomeError) {
        try await body(backend)
        return nil as OutcomeError?
      } catch {
        return error
      }
    } again: {
      if case .own(let orchestrator) = backend { await orchestrator.kill() }
    }
    if let error { printer.error(error) }
    await backend.close(timeout: wasInterrupted ? 0 : options.timeout.seconds)
    await spans.print()
    if wasInterrupted { throw ExitCode(130) }
    if error != nil { throw ExitCode(1) }
  }

  /// What keeps an operation from being tried at all, as an outcome.
  private static func outcome(of error: any Error) -> OutcomeError {
    error as? OutcomeError ?? OutcomeError(.unavailable, "\(error)")
  }
}

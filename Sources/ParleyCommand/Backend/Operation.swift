import ArgumentParser
import Parley

/// One operation from beginning to end: open the backend, run it, print how it ended, clean up, exit.
struct Operation {
  let options: OperationOptions
  let printer: OutcomePrinter
  let showsTree: Bool

  /// Runs `body`; ^C cancels it.
  ///
  /// - Parameter body: gives whether what it has printed is a success.
  /// - Throws: the exit status, when it is not 0.
  func run(
    _ body: @escaping @Sendable (Backend) async throws(OutcomeError) -> Bool
  ) async throws {
    let backend: Backend
    do {
      backend = try await Backend.open(options)
    } catch {
      printer.error(Self.outcome(of: error))
      throw ExitCode(1)
    }
    let spans = SpanRecorder(backend, isOn: showsTree, socket: options.socket)
    let (succeeded, wasInterrupted) = await Interruption.run {
      await spans.run {
        do throws(OutcomeError) {
          return try await body(backend)
        } catch {
          printer.error(error)
          return false
        }
      }
    } again: {
      if case .own(let orchestrator) = backend { await orchestrator.kill() }
    }
    await backend.close(timeout: wasInterrupted ? 0 : options.timeout.seconds)
    await spans.print()
    if wasInterrupted { throw ExitCode(130) }
    if !succeeded { throw ExitCode(1) }
  }

  /// What keeps an operation from being tried at all, as an outcome.
  private static func outcome(of error: any Error) -> OutcomeError {
    error as? OutcomeError ?? OutcomeError(.unavailable, "\(error)")
  }
}

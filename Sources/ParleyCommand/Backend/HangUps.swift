import Glibc
import Parley
import UnixSignals

/// SIGHUP has two meanings: somebody sends it to have the configuration read again, and the kernel when the terminal goes.
enum HangUps {
  /// Reads the configuration again at each SIGHUP; one that comes because the terminal has gone ends the program as ^C does.
  ///
  /// - Returns: once they are trapped, what is to be cancelled at the end.
  static func follow(_ orchestrator: Orchestrator) async -> Task<Void, Never> {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    let hadTerminal = hasTerminal
    return Task {
      for await _ in signals {
        guard !hadTerminal || hasTerminal else {
          raise(SIGTERM)
          continue
        }
        do {
          try await orchestrator.reloadConfiguration()
        } catch {
          Terminal.standardError.line("\(error)")
          Terminal.standardError.line("parley: the configuration that was in force before stays so")
        }
      }
    }
  }

  /// Whether there is a terminal that controls this process.
  private static var hasTerminal: Bool {
    let descriptor = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }
}

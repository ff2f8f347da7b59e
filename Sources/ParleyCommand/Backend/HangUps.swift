import Glibc
import Parley
import UnixSignals

/// SIGHUP has two meanings: somebody sends it to have the configuration read again, and the kernel when the terminal goes.
enum HangUps {
  /// Reads the configuration again at each SIGHUP; one that comes because the terminal has gone ends the program as ^C does.
  ///
  /// - Returns: once they are trapped, what is to be cancelled at the end.
  static func follow(_ orchestrator: Orchestrator) async -> Task<Void, Never> {
    let endsWithTerminal = hasTerminal && !isIgnored
    let signals = await UnixSignalsSequence(trapping: .sighup)
    return Task {
      for await _ in signals {
        guard !endsWithTerminal || hasTerminal else {
          // To the process, not to this thread, so that it comes where it is trapped.
          kill(getpid(), SIGTERM)
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

  /// Whether it was started to outlive its terminal, as by nohup.
  private static var isIgnored: Bool {
    var action = sigaction()
    guard sigaction(SIGHUP, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  /// Whether there is a terminal that controls this process.
  private static var hasTerminal: Bool {
    let descriptor = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }
}

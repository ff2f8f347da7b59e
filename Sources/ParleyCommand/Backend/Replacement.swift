import Glibc
import Parley

/// Another program in the place of this one: same process, so that signals and the exit status are that program's.
enum Replacement {
  /// Runs a program; it returns only when that is not possible.
  ///
  /// - Returns: why not.
  static func run(_ command: [String], environment: [String: String]) -> String {
    // What this program has blocked or ignored would be so in the other one too (signal(7)).
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
    for signal in [SIGPIPE, SIGINT, SIGTERM] { Glibc.signal(signal, SIG_DFL) }
    for (name, value) in environment { setenv(name, value, 1) }
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    guard let program = arguments[0] else { return "there is no command" }
    execvp(program, &arguments)
    return String(cString: strerror(errno))
  }
}

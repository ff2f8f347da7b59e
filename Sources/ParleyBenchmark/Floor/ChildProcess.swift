import Glibc

/// A process that the benchmark starts and waits for.
struct ChildProcess {
  private let pid: pid_t

  /// Starts a program, looked up on `PATH`, with nothing to read; what it writes is dropped.
  init(_ arguments: [String]) throws(BenchmarkError) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    let argv = arguments.map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var pid: pid_t = 0
    let status = posix_spawnp(&pid, arguments[0], &actions, nil, argv, environ)
    guard status == 0 else {
      throw .system(doing: "start \(arguments[0])", reason: String(cString: strerror(status)))
    }
    self.pid = pid
  }

  /// Waits for its end.
  func wait() {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR { continue }
  }

  /// Ends it.
  func kill() {
    Glibc.kill(pid, SIGKILL)
    wait()
  }
}

/// What a kernel may use of the machine; `nil` leaves what the orchestrator itself has.
public struct KernelLimits: Sendable, Equatable {
  /// Bytes of private writable memory (RLIMIT_DATA): the interpreter's own out-of-memory error
  /// beyond. Address space is not limited, because Node reserves far more than it uses.
  public var memory: Int?

  /// Seconds of CPU time (RLIMIT_CPU): SIGXCPU beyond, SIGKILL five seconds later.
  public var cpuSeconds: Int?

  /// Open files (RLIMIT_NOFILE).
  public var openFiles: Int?

  /// Processes and threads (RLIMIT_NPROC). The system counts those of the whole *user*, not of the
  /// kernel, and does not count root's at all (setrlimit(2)).
  public var processes: Int?

  public init(
    memory: Int? = nil, cpuSeconds: Int? = nil, openFiles: Int? = nil, processes: Int? = nil
  ) {
    self.memory = memory
    self.cpuSeconds = cpuSeconds
    self.openFiles = openFiles
    self.processes = processes
  }

  /// The launcher's options for these limits.
  var launcherArguments: [String] {
    let options = [
      ("--memory", memory), ("--cpu", cpuSeconds), ("--files", openFiles),
      ("--processes", processes),
    ]
    return options.flatMap { name, value in value.map { [name, String($0)] } ?? [] }
  }
}

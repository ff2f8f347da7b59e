/// What a kernel inherits of the orchestrator's environment.
public enum InheritedEnvironment {
  /// Variables that are meant for the orchestrator or its parent alone.
  public static let scrubbed: Set<String> = [
    // Costs Node 32 ms at each start.
    "NODE_EXTRA_CA_CERTS",
    // Tell Node of an IPC channel on a descriptor that the launcher closes.
    "NODE_CHANNEL_FD", "NODE_CHANNEL_SERIALIZATION_MODE", "NODE_UNIQUE_ID",
    // Makes ipykernel end when a process other than its parent does (Jupyter).
    "JPY_PARENT_PID",
    // systemd's, for one process: sd_notify(3), sd_listen_fds(3).
    "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS",
    "LISTEN_FDNAMES",
    // An orchestrator that runs inside a kernel gives its own kernels ids of their own.
    "PARLEY_KERNEL_ID",
  ]

  static func scrub(_ environment: [String: String]) -> [String: String] {
    environment.filter { !scrubbed.contains($0.key) }
  }
}

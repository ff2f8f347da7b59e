internal import CLinux
import Glibc

/// Starts one process in a session of its own, with its standard descriptors where they belong.
struct Spawn: ~Copyable {
  /// Where a child's file comes from: numbers 0–3 are the child's, so none of ours may stand there.
  static let lowestDescriptor: Int32 = 10

  private var actions = posix_spawn_file_actions_t()
  private var attributes = posix_spawnattr_t()

  init() {
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setflags(&attributes, clinux_spawn_in_session())
  }

  deinit {
    var (actions, attributes) = (actions, attributes)
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
  }

  /// Puts our descriptor `source` on the child's number `target`.
  mutating func place(_ source: Int32, on target: Int32) {
    posix_spawn_file_actions_adddup2(&actions, source, target)
  }

  /// Opens the empty device on the child's number `target`.
  mutating func placeNothing(on target: Int32) {
    posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
  }

  /// Starts the program at `path` and returns its process id, which is its group and session too.
  consuming func start(
    _ path: String, arguments: [String], environment: [String]
  ) throws(KernelManagementError) -> Int32 {
    let argv = CStringArray(arguments)
    let envp = CStringArray(environment)
    var pid: Int32 = 0
    let status = argv.withPointer { argv in
      envp.withPointer { envp in
        posix_spawn(&pid, path, &actions, &attributes, argv, envp)
      }
    }
    guard status == 0 else {
      throw SystemCall.failure("start \(path)", number: status, code: .launchFailed)
    }
    return pid
  }
}

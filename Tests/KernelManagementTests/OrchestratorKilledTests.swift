import Glibc
import Testing

@testable import KernelManagement

@Suite("An orchestrator killed by SIGKILL", .timeLimit(.minutes(5)))
struct OrchestratorKilledTests {
  /// A kernel and three descendants: one in its group, one that left the group and dropped its
  /// environment, one that left the session. Each prints its process id, the kernel first.
  private static let files = [
    "kernel.sh": """
    echo $$
    sh member.sh &
    bash -c 'set -m; env -i sh member.sh & wait' &
    setsid sh member.sh &
    wait
    """,
    "member.sh": "echo $$; exec sleep 1000",
  ]

  /// A shell in the orchestrator's place: it starts the reaper and the kernel, then waits to be killed.
  private static func orchestrator(withReaper: Bool, deathSignal: Bool) -> String {
    """
    export PARLEY_KERNEL_ID=outer
    mkfifo pipe
    \(withReaper ? "env -i \(TestSupport.launcherPath) reap < pipe &" : "cat pipe > /dev/null &")
    exec 9> pipe
    PARLEY_KERNEL_ID=inner-$$ \(TestSupport.launcherPath) exec \
      \(deathSignal ? "--parent $$" : "") -- sh kernel.sh 9>&- &
    echo "+$! inner-$$" >&9
    wait
    """
  }

  private func watch(
    withReaper: Bool, deathSignal: Bool,
    _ body: (KernelProcess, [WatchedProcess]) async throws -> Void
  ) async throws {
    try await TestSupport.withFolder { folder in
      for (name, text) in Self.files { try TestSupport.write(text, to: "\(folder)/\(name)") }
      let launcher = try TestSupport.launcher()
      var launch = TestSupport.shell(
        Self.orchestrator(withReaper: withReaper, deathSignal: deathSignal))
      launch.workingFolder = folder
      let orchestrator = try await launcher.launch(launch)
      var processes: [WatchedProcess] = []
      while processes.count < 4 {
        let line = try await TestSupport.line(from: orchestrator.standardOutput)
        processes.append(try WatchedProcess(line: line))
      }
      try await body(orchestrator, processes)
    }
  }

  @Test("leaves no kernel, no child, no grandchild and no daemon", arguments: [true, false])
  func nothingRemains(deathSignal: Bool) async throws {
    try await watch(withReaper: true, deathSignal: deathSignal) { orchestrator, processes in
      kill(orchestrator.pid, SIGKILL)
      for process in processes {
        let ends = try await process.ends()
        #expect(ends)
      }
    }
  }

  @Test("leaves no kernel even without a reaper")
  func deathSignalAlone() async throws {
    try await watch(withReaper: false, deathSignal: true) { orchestrator, processes in
      kill(orchestrator.pid, SIGKILL)
      let ends = try await processes[0].ends()
      #expect(ends)
      for process in processes.dropFirst() { kill(process.pid, SIGKILL) }
    }
  }

  @Test("starts no kernel when it has gone before the launcher looked")
  func parentGone() async throws {
    let result = try await TestSupport.run(
      TestSupport.shell("\(TestSupport.launcherPath) exec --parent 1 -- echo started"))
    #expect(result.exit == .exited(126))
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("has ended"))
  }
}

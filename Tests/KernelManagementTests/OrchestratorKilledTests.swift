import Glibc
import Testing

@testable import KernelManagement

@Suite("An orchestrator killed by SIGKILL", .timeLimit(.minutes(1)))
struct OrchestratorKilledTests {
  /// A shell in the orchestrator's place: it starts the reaper and a kernel with a child, another in
  /// a group of its own and without the variable, and a daemon that left the session, then waits to be killed.
  private static func script(withReaper: Bool, deathSignal: Bool) -> String {
    """
    export PARLEY_KERNEL_ID=outer
    mkfifo pipe
    \(withReaper ? "env -i \(TestSupport.launcherPath) reap < pipe &" : "cat pipe > /dev/null &")
    exec 9> pipe
    PARLEY_KERNEL_ID=inner-$$ \(TestSupport.launcherPath) exec \
      \(deathSignal ? "--parent $$" : "") -- sh -c '
        echo $$
        sleep 1000 & echo $!
        set -m; env -i sleep 1000 & echo $!; set +m
        setsid sh -c "echo \\$\\$; exec sleep 1000" &
        wait' 9>&- &
    echo "+$! inner-$$" >&9
    wait
    """
  }

  private func watch(
    _ script: String, _ body: (KernelProcess, [Int32]) async throws -> Void
  ) async throws {
    try await TestSupport.withFolder { folder in
      let launcher = try TestSupport.launcher()
      var launch = TestSupport.shell(script)
      launch.workingFolder = folder
      let orchestrator = try await launcher.launch(launch)
      var pids: [Int32] = []
      while pids.count < 4, let line = try await TestSupport.line(from: orchestrator.standardOutput)
      {
        pids.append(try #require(Int32(line)))
      }
      try await body(orchestrator, pids)
    }
  }

  @Test("leaves no kernel, no child, no grandchild and no daemon", arguments: [true, false])
  func nothingRemains(deathSignal: Bool) async throws {
    let script = Self.script(withReaper: true, deathSignal: deathSignal)
    try await watch(script) { orchestrator, pids in
      #expect(pids.count == 4)
      let kernel = try WatchedProcess(pids[0])
      let child = try WatchedProcess(pids[1])
      let grandchild = try WatchedProcess(pids[2])
      let daemon = try WatchedProcess(pids[3])
      kill(orchestrator.pid, SIGKILL)
      #expect(try await kernel.ends())
      #expect(try await child.ends())
      #expect(try await grandchild.ends())
      #expect(try await daemon.ends())
    }
  }

  @Test("leaves no kernel even without a reaper")
  func deathSignalAlone() async throws {
    let script = Self.script(withReaper: false, deathSignal: true)
    try await watch(script) { orchestrator, pids in
      let kernel = try WatchedProcess(pids[0])
      kill(orchestrator.pid, SIGKILL)
      #expect(try await kernel.ends())
      for pid in pids.dropFirst() { kill(pid, SIGKILL) }
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

import Foundation
import Glibc
import Testing

@testable import KernelManagement

@Suite("Nothing outlives its parent", .timeLimit(.minutes(5)))
struct DeathTests {
  /// Prints its own process id, that of a child, and that of a grandchild that leaves the session.
  private static let family = """
    sleep 1000 & echo $!
    setsid sh -c 'echo $$; exec sleep 1000' &
    wait
    """

  /// Writes into a pipe by name, once there is a reader.
  private static func write(_ text: String, to pipe: String) throws {
    let descriptor = open(pipe, O_WRONLY)
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count)
  }

  @Test("a kernel that ends takes its process group along")
  func group() async throws {
    let launcher = try TestSupport.launcher()
    let process = try await launcher.launch(
      TestSupport.shell("sleep 1000 & echo $!; read x < /dev/zero"))
    let child = try WatchedProcess(line: try await TestSupport.line(from: process.standardOutput))
    kill(process.pid, SIGKILL)
    #expect(try await TestSupport.end(of: process) == .signalled(.kill))
    #expect(try await child.ends())
  }

  @Test("a kernel keeps the thread that it was started from")
  func launcherLetGo() async throws {
    try await TestSupport.withFolder { folder in
      mkfifo(folder + "/go", 0o600)
      var launch = TestSupport.shell("read x < go; exit 3")
      launch.workingFolder = folder
      var launcher: KernelLauncher? = try TestSupport.launcher()
      weak let held = launcher
      let process = try #require(await launcher?.launch(launch))
      launcher = nil
      #expect(held != nil)
      try Self.write("\n", to: folder + "/go")
      #expect(try await TestSupport.end(of: process) == .exited(3))
    }
  }

  @Test("a kernel that is let go of is killed")
  func letGo() async throws {
    let launcher = try TestSupport.launcher()
    var process: KernelProcess? = try await launcher.launch(TestSupport.shell("exec sleep 1000"))
    let watched = try WatchedProcess(process?.pid ?? -1)
    #expect(watched.isRunning)
    process = nil
    #expect(try await watched.ends())
  }

  @Test("what left the session of a kernel is killed when the kernel is struck off")
  func strays() async throws {
    let launcher = try TestSupport.launcher()
    let reaper = try ReaperProcess(launcherPath: TestSupport.launcherPath)
    let process = try await launcher.launch(TestSupport.shell(Self.family))
    try reaper.add(process)
    let first = try WatchedProcess(line: try await TestSupport.line(from: process.standardOutput))
    let second = try WatchedProcess(line: try await TestSupport.line(from: process.standardOutput))
    process.signal(.kill)
    #expect(try await TestSupport.end(of: process) == .signalled(.kill))
    try reaper.remove(process)
    #expect(try await first.ends())
    #expect(try await second.ends())
    #expect(try reaper.stop())
  }

  @Test("the reaper kills every kernel still listed when it is stopped, and spares the others")
  func stopped() async throws {
    let launcher = try TestSupport.launcher()
    let reaper = try ReaperProcess(launcherPath: TestSupport.launcherPath)
    let listed = try await launcher.launch(TestSupport.shell(Self.family))
    let other = try await launcher.launch(TestSupport.shell("exec sleep 1000"))
    try reaper.add(listed)
    let first = try WatchedProcess(line: try await TestSupport.line(from: listed.standardOutput))
    let second = try WatchedProcess(line: try await TestSupport.line(from: listed.standardOutput))
    #expect(try reaper.stop())
    #expect(try await first.ends())
    #expect(try await second.ends())
    #expect(try await TestSupport.end(of: listed) == .signalled(.kill))
    #expect(try other.collectExit() == nil)
  }

  @Test("the reaper does not end by the signals of a terminal or a service manager")
  func reaperSignals() async throws {
    let launcher = try TestSupport.launcher()
    let script = """
      mkfifo pipe; \(TestSupport.launcherPath) reap < pipe & echo $!; exec 9> pipe
      read x < go; kill -INT $!; kill -TERM $!; kill -HUP $!; kill -QUIT $!; echo sent; wait
      """
    try await TestSupport.withFolder { folder in
      var launch = TestSupport.shell(script)
      launch.workingFolder = folder
      mkfifo(folder + "/go", 0o600)
      let process = try await launcher.launch(launch)
      let pid = Int32(try await TestSupport.line(from: process.standardOutput) ?? "") ?? -1
      let reaper = try WatchedProcess(pid)
      // It ignores them before it starts a session of its own.
      while getsid(pid) != pid { await Task.yield() }
      try Self.write("\n", to: folder + "/go")
      #expect(try await TestSupport.line(from: process.standardOutput) == "sent")
      #expect(reaper.isRunning)
      kill(process.pid, SIGKILL)
      #expect(try await reaper.ends())
    }
  }
}

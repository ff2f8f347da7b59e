import Glibc
import Testing

@testable import KernelManagement

@Suite("Launching a kernel", .timeLimit(.minutes(5)))
struct KernelLauncherTests {
  @Test("output, errors and exit status come back to the caller")
  func outcome() async throws {
    let result = try await TestSupport.run(
      TestSupport.shell("echo to output; echo to errors >&2; exit 7"))
    #expect(result.exit == .exited(7))
    #expect(result.output == "to output")
    #expect(result.errors == "to errors")
  }

  @Test("a process that a signal ended tells the signal")
  func signalled() async throws {
    let result = try await TestSupport.run(TestSupport.shell("kill -SEGV $$"))
    #expect(result.exit == .signalled(Signal(rawValue: SIGSEGV)))
    #expect(result.exit?.description == "SIGSEGV")
  }

  @Test("the exit is nil while the process runs, and may be asked for again after its end")
  func askedTwice() async throws {
    let launcher = try TestSupport.launcher()
    let process = try await launcher.launch(TestSupport.shell("exec sleep 1000"))
    #expect(try process.collectExit() == nil)
    #expect(process.signal(.kill))
    #expect(try await TestSupport.end(of: process) == .signalled(.kill))
    #expect(try process.collectExit() == .signalled(.kill))
    #expect(!process.signal(.kill))
  }

  @Test("a program that is not there is named on standard error, with status 127")
  func missingProgram() async throws {
    var launch = TestSupport.shell("")
    launch.arguments = ["no-such-interpreter"]
    let result = try await TestSupport.run(launch)
    #expect(result.exit == .exited(127))
    #expect(
      result.errors == "parley-launcher: cannot run no-such-interpreter: No such file or directory")
  }

  @Test("a file that cannot be executed ends with status 126")
  func notExecutable() async throws {
    var launch = TestSupport.shell("")
    launch.arguments = ["/etc/passwd"]
    let result = try await TestSupport.run(launch)
    #expect(result.exit == .exited(126))
    #expect(result.errors == "parley-launcher: cannot run /etc/passwd: Permission denied")
  }

  @Test("a working folder that is not there is named on standard error")
  func missingFolder() async throws {
    var launch = TestSupport.shell("")
    launch.workingFolder = "/no/such/folder"
    let result = try await TestSupport.run(launch)
    #expect(result.exit == .exited(127))
    #expect(
      result.errors == "parley-launcher: cannot enter /no/such/folder: No such file or directory")
  }

  @Test("the working folder, the variables and the kernel's id are the child's")
  func surroundings() async throws {
    var launch = TestSupport.shell(
      "pwd; echo $COLOUR $PARLEY_KERNEL_ID", id: "k-1", variables: ["COLOUR": "red"])
    launch.workingFolder = "/usr"
    let result = try await TestSupport.run(launch)
    #expect(result.output == "/usr\nred k-1")
  }

  @Test("the child has a session and a process group of its own")
  func session() async throws {
    let launcher = try TestSupport.launcher()
    let process = try await launcher.launch(TestSupport.shell("exec sleep 1000"))
    #expect(getpgid(process.pid) == process.pid)
    #expect(getsid(process.pid) == process.pid)
    #expect(process.processGroup == process.pid)
  }

  @Test("standard input is empty and no other descriptor is inherited")
  func descriptors() async throws {
    let inherited = open("/dev/null", O_RDONLY)
    defer { close(inherited) }
    let result = try await TestSupport.run(
      TestSupport.shell("cat; ls /proc/$$/fd; exit 0"))
    let numbers = result.output.split(separator: "\n").compactMap { Int($0) }
    #expect(inherited > 2)
    #expect(numbers == [0, 1, 2])
  }

  @Test("the connection file is read at its path, as often as one likes, and cannot be changed")
  func connectionFile() async throws {
    let path = KernelLaunch.connectionFilePath
    let result = try await TestSupport.run(
      TestSupport.shell(
        "cat \(path); cat \(path); echo x > \(path) || echo refused",
        connectionFile: Array("{\"key\":\"k\"}\n".utf8)))
    #expect(result.output == "{\"key\":\"k\"}\n{\"key\":\"k\"}\nrefused")
  }

  @Test("ignored and blocked signals of the host do not pass on to the kernel")
  func signalsReset() async throws {
    let result = try await TestSupport.run(
      TestSupport.shell("grep -E '^Sig(Blk|Ign)' /proc/self/status"))
    let masks = result.output.split(separator: "\n").compactMap { line in
      line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
    }
    // Signals 32 and 33 are the C library's own: sigaction(2) does not reach them.
    let own: UInt64 = 0b11 << 31
    #expect(masks.map { $0 & ~own } == [0, 0])
  }

  @Test("a text with a NUL byte is refused before anything starts")
  func nulByte() async throws {
    let launcher = try TestSupport.launcher()
    await #expect(throws: KernelManagementError.self) {
      try await launcher.launch(TestSupport.shell("echo a\0b"))
    }
  }

  @Test("a launcher that is not there is an error that names it")
  func missingLauncher() async throws {
    let launcher = try KernelLauncher(launcherPath: "/no/parley-launcher")
    let error = await #expect(throws: KernelManagementError.self) {
      try await launcher.launch(TestSupport.shell("true"))
    }
    #expect(error?.code == .launchFailed)
    #expect(error?.description.contains("/no/parley-launcher") == true)
  }

  @Test("many kernels launched at once each have their own output")
  func concurrentLaunches() async throws {
    let launcher = try TestSupport.launcher()
    let outputs = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<32 {
        group.addTask {
          let process = try await launcher.launch(TestSupport.shell("echo \(number)"))
          return try await TestSupport.text(from: process.standardOutput) == String(number)
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(outputs == 32)
  }
}

import Glibc

/// Starts kernels, each through `parley-launcher`, from one thread of its own.
///
/// Keep it for as long as any of its kernels is to live: when it goes, its thread ends, and the
/// death signal that is tied to that thread kills them all.
public actor KernelLauncher {
  private let launcherPath: String
  private let thread: LaunchThread

  /// - Parameter launcherPath: The `parley-launcher` executable, see ``InstalledFiles/launcher``.
  public init(launcherPath: String) throws(KernelManagementError) {
    self.launcherPath = launcherPath
    thread = try LaunchThread()
  }

  deinit {
    thread.stop()
  }

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    thread.asUnownedSerialExecutor()
  }

  /// Starts a process and returns as soon as it is there; whether its program could be run shows
  /// in how it ends (``KernelExit/exited(_:)`` 126 and 127) and in its standard error.
  public func launch(_ launch: KernelLaunch) throws(KernelManagementError) -> KernelProcess {
    try launch.validate()
    let output = try Pipe()
    let errors = try Pipe()
    let pid = try spawn(launch, output: output.writing.number, errors: errors.writing.number)
    do throws(KernelManagementError) {
      return try KernelProcess(
        kernelID: launch.kernelID, pid: pid, output: output.takeReading(),
        errors: errors.takeReading(), launcher: self)
    } catch {
      // A process that cannot be watched must not run on unseen.
      kill(-pid, SIGKILL)
      waitpid(pid, nil, 0)
      throw error
    }
  }

  /// The writing ends and the memory file stay ours, and close here: the child has its own.
  private func spawn(
    _ launch: KernelLaunch, output: Int32, errors: Int32
  ) throws(KernelManagementError) -> Int32 {
    var spawn = Spawn()
    spawn.placeNothing(on: 0)
    spawn.place(output, on: 1)
    spawn.place(errors, on: 2)
    guard let bytes = launch.connectionFile else {
      return try spawn.start(
        launcherPath, arguments: arguments(launch), environment: environment(launch))
    }
    let file = try MemoryFile(bytes)
    spawn.place(file.descriptor.number, on: 3)
    return try spawn.start(
      launcherPath, arguments: arguments(launch), environment: environment(launch))
  }

  private func arguments(_ launch: KernelLaunch) -> [String] {
    ["parley-launcher", "exec", "--parent", String(getpid()), "--directory", launch.workingFolder]
      + (launch.connectionFile == nil ? [] : ["--keep", "3"])
      + launch.limits.launcherArguments + ["--"] + launch.arguments
  }

  /// The kernel's id stands first, where the reaper finds it soonest.
  private func environment(_ launch: KernelLaunch) -> [String] {
    ["PARLEY_KERNEL_ID=\(launch.kernelID)"]
      + launch.environment.filter { $0.key != "PARLEY_KERNEL_ID" }.map { "\($0.key)=\($0.value)" }
  }
}

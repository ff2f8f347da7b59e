import Glibc
import Synchronization

/// A process that was launched, with the descriptors to watch it by.
///
/// The descriptors are this object's own and close with it: stop watching them before letting go.
/// When it goes while the process still runs, the process group is killed.
public final class KernelProcess: Sendable {
  public let kernelID: String

  /// The process id, which is also the id of its process group and session.
  public let pid: Int32

  /// Where the process's output arrives; reading does not block and ends with the last holder of
  /// the other end, which may be a grandchild.
  public let standardOutput: Int32
  public let standardError: Int32

  /// Becomes readable when the process ends, pidfd_open(2): then ask ``collectExit()``.
  public var exitDescriptor: Int32 { descriptor.number }

  public var processGroup: Int32 { pid }

  private let descriptor: ProcessDescriptor
  // Its thread's end would be the kernel's.
  private let launcher: KernelLauncher
  private let exit = Mutex<KernelExit?>(nil)

  init(
    kernelID: String, pid: Int32, output: consuming OwnedDescriptor,
    errors: consuming OwnedDescriptor, launcher: KernelLauncher
  ) throws(KernelManagementError) {
    self.kernelID = kernelID
    self.pid = pid
    self.launcher = launcher
    descriptor = try ProcessDescriptor(pid: pid)
    standardOutput = output.release()
    standardError = errors.release()
  }

  deinit {
    // A failure here means that there is nothing left to kill or collect.
    signal(.kill)
    _ = try? collectExit()
    close(standardOutput)
    close(standardError)
  }

  /// How the process ended, or `nil` while it runs; never blocks, and may be asked again.
  ///
  /// What is left of its process group is killed first: until the process is collected its number,
  /// which is the group's, cannot be given to another.
  ///
  /// - Throws: When somebody else collected the child, as a host does that ignores SIGCHLD or waits for
  ///   any child.
  public func collectExit() throws(KernelManagementError) -> KernelExit? {
    try exit.withLock { (exit) throws(KernelManagementError) in
      if let exit { return exit }
      guard try descriptor.exit(collecting: false) != nil else { return nil }
      kill(-pid, SIGKILL)
      exit = try descriptor.exit(collecting: true)
      return exit
    }
  }

  /// Sends `signal` to the whole process group, so that grandchildren get it too.
  ///
  /// - Returns: Whether there was anybody to get it; nothing is sent once the exit is collected.
  @discardableResult
  public func signal(_ signal: Signal) -> Bool {
    exit.withLock { exit in
      exit == nil && kill(-pid, signal.rawValue) == 0
    }
  }
}

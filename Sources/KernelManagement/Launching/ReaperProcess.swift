import Glibc

/// The process that ends the kernels when the orchestrator is gone, even when that was killed.
///
/// It holds the other end of a socket that the system closes with the orchestrator. It then kills
/// every listed group, what has changed its group within the session, and what carries the
/// kernel's id in its environment. Only a process that has left the session *and* removed
/// `PARLEY_KERNEL_ID` escapes; that ends with the sandbox's process namespace.
public final class ReaperProcess: Sendable {
  private let socket: Int32
  private let descriptor: ProcessDescriptor

  /// Becomes readable should the reaper itself end: start another one and add the groups again.
  public var exitDescriptor: Int32 { descriptor.number }

  /// Starts the reaper with an empty environment, so that no other reaper takes it for a
  /// descendant.
  public init(launcherPath: String) throws(KernelManagementError) {
    var ends: [Int32] = [-1, -1]
    try SystemCall.check("make the reaper's socket", code: .launchFailed) {
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    }
    let first = OwnedDescriptor(ends[0])
    let second = OwnedDescriptor(ends[1])
    let theirs = try second.raised(above: Spawn.lowestDescriptor)
    var spawn = Spawn()
    spawn.place(theirs.number, on: 0)
    spawn.placeNothing(on: 1)
    spawn.placeNothing(on: 2)
    let pid = try spawn.start(
      launcherPath, arguments: ["parley-launcher", "reap"], environment: [])
    descriptor = try ProcessDescriptor(pid: pid)
    socket = first.release()
  }

  deinit {
    close(socket)
    // Its end is not waited for; a zombie goes with the orchestrator.
    _ = try? descriptor.exit(collecting: true)
  }

  /// Lists a kernel, to be done as soon as it is launched.
  public func add(_ process: KernelProcess) throws(KernelManagementError) {
    try send("+\(process.processGroup) \(process.kernelID)\n")
  }

  /// Strikes a kernel off once its exit is collected, and kills what it left outside its group.
  public func remove(_ process: KernelProcess) throws(KernelManagementError) {
    try send("-\(process.processGroup)\n")
  }

  /// Ends the reaper, which first kills every kernel still listed. Blocks up to `patience`.
  ///
  /// - Returns: Whether it ended in time.
  @discardableResult
  public func stop(patience: Duration = .seconds(3)) throws(KernelManagementError) -> Bool {
    shutdown(socket, Int32(SHUT_WR))
    let ended = Readiness.wait(for: descriptor.number, until: .now + patience)
    if ended { _ = try descriptor.exit(collecting: true) }
    return ended
  }

  /// One line, whole or not at all: a reaper that does not read must not hold up the orchestrator.
  private func send(_ line: String) throws(KernelManagementError) {
    let bytes = Array(line.utf8)
    try SystemCall.check("tell the reaper") {
      Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
  }
}

import Glibc

/// Runs a short command to its end, without ever waiting longer than told.
struct CommandRun: Sendable {
  /// The most output that is kept, in bytes.
  private static let outputLimit = 65_536

  let launcher: KernelLauncher
  let patience: Duration

  /// Runs `arguments` and waits for the end on a thread of its own, so that the shared pool is
  /// free.
  func result(
    _ arguments: [String], environment: [String: String], folder: String
  ) async -> CommandResult {
    let deadline = ContinuousClock.now + patience
    let id = "command-\(UInt64.random(in: 0 ... .max))"
    do throws(KernelManagementError) {
      let process = try await launcher.launch(
        KernelLaunch(
          kernelID: id, arguments: arguments, environment: environment, workingFolder: folder))
      return await withCheckedContinuation { continuation in
        do throws(KernelManagementError) {
          try DetachedThread.start {
            continuation.resume(returning: Self.wait(for: process, until: deadline))
          }
        } catch {
          continuation.resume(returning: .failed(error))
        }
      }
    } catch {
      return .failed(error)
    }
  }

  /// Reads both outputs until the process has ended, which is not when they close: a grandchild may
  /// hold them open for ever.
  private static func wait(
    for process: KernelProcess, until deadline: ContinuousClock.Instant
  ) -> CommandResult {
    var open = [process.standardOutput, process.standardError]
    var output: [UInt8] = []
    while true {
      let ready = Readiness.wait(for: open + [process.exitDescriptor], until: deadline)
      open.removeAll { ready.contains($0) && !drain($0, into: &output) }
      if ready.isEmpty { return killed(process) }
      guard ready.contains(process.exitDescriptor) else { continue }
      for descriptor in open { _ = drain(descriptor, into: &output) }
      return ended(process, output)
    }
  }

  /// SIGKILL takes effect at once save in an uninterruptible wait, which is not waited for.
  private static func killed(_ process: KernelProcess) -> CommandResult {
    process.signal(.kill)
    _ = Readiness.wait(for: process.exitDescriptor, until: .now + .seconds(1))
    // However it ended, it was not in time.
    _ = try? process.collectExit()
    return .timedOut
  }

  private static func ended(_ process: KernelProcess, _ output: [UInt8]) -> CommandResult {
    let text = String(decoding: output.prefix(outputLimit), as: UTF8.self)
    do throws(KernelManagementError) {
      guard let exit = try process.collectExit() else { return .timedOut }
      return .ended(exit, output: text)
    } catch {
      return .failed(error)
    }
  }

  /// Reads what is there; returns whether more may come.
  private static func drain(_ descriptor: Int32, into output: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count == 0 { return false }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return errno == EAGAIN }
      if output.count < outputLimit { output += chunk[..<count] }
    }
  }
}

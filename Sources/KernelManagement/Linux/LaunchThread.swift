internal import CLinux
import Glibc
import Synchronization

/// The one thread that every kernel is spawned from.
///
/// A kernel's death signal fires when the *thread* that spawned it ends (PR_SET_PDEATHSIG in
/// prctl(2)). Threads of the shared pool come and go, so kernels would be killed at random; this
/// thread lives as long as its ``KernelLauncher``.
final class LaunchThread: SerialExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var isStopping = false
  }

  private let state = Mutex(State())
  private let event: Int32

  init() throws(KernelManagementError) {
    event = try SystemCall.check("make an event descriptor") { clinux_event() }
    try DetachedThread.start { self.run() }
  }

  deinit {
    close(event)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
    wake()
  }

  /// Ends the thread once its jobs are done, and with it every kernel it spawned.
  func stop() {
    state.withLock { $0.isStopping = true }
    wake()
  }

  private func wake() {
    var one: UInt64 = 1
    // The counter cannot overflow in practice, and a full one is readable all the same.
    _ = write(event, &one, 8)
  }

  private func run() {
    while true {
      let (jobs, isStopping) = state.withLock { state in
        defer { state.jobs.removeAll(keepingCapacity: true) }
        return (state.jobs, state.isStopping)
      }
      for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
      if jobs.isEmpty && isStopping { return }
      if jobs.isEmpty { sleepUntilWoken() }
    }
  }

  private func sleepUntilWoken() {
    var count: UInt64 = 0
    // Interrupted or not, the loop looks at its jobs again.
    _ = read(event, &count, 8)
  }
}

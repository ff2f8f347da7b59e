internal import CLinux
import Glibc

/// A thread of one's own, for what must not block or outlive a thread of the shared pool.
enum DetachedThread {
  /// Runs `body` once on a new thread that blocks every signal.
  static func start(_ body: @escaping @Sendable () -> Void) throws(KernelManagementError) {
    let box = Unmanaged.passRetained(Body(run: body))
    let status = clinux_start_thread(
      { argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, box.toOpaque())
    guard status != 0 else { return }
    box.release()
    throw SystemCall.failure("start a thread", number: status)
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }
}

internal import Glibc

/// A thread of the operating system, to be joined or detached exactly once.
struct LoopThread: Sendable {
  private let id: pthread_t

  /// Starts a thread that runs `body`.
  ///
  /// - Throws: `EAGAIN` as `other`, when the system has no room for another thread.
  init(running body: @escaping @Sendable () -> Void) throws(ZeroMQError) {
    let box = Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let error = pthread_create(&thread, nil, Self.main, box.toOpaque())
    guard error == 0 else {
      box.release()
      throw ZeroMQError(errorNumber: error, operation: .startLoop, subject: "its thread")
    }
    id = thread
  }

  /// A number for the calling thread, never 0, and no other living thread's.
  static var current: UInt { pthread_self() }

  /// Waits for the thread to end.
  func join() { pthread_join(id, nil) }

  /// Has the system clean up when the thread ends.
  func detach() { pthread_detach(id) }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    // Always there: `init` passes it. It is released before the thread ends, and what it captured.
    if let box = $0 { Unmanaged<Body>.fromOpaque(box).takeRetainedValue().run() }
    return nil
  }
}

import Glibc

/// This process's own id.
enum ProcessID {
  static var own: Int32 { getpid() }
}

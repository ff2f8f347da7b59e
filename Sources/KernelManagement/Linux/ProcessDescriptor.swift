internal import CLinux
import Glibc

/// A descriptor that becomes readable when a child ends, and through which its end is asked.
struct ProcessDescriptor: ~Copyable {
  let descriptor: OwnedDescriptor

  var number: Int32 { descriptor.number }

  init(pid: Int32) throws(KernelManagementError) {
    let number = try SystemCall.check("watch process \(pid)", code: .launchFailed) {
      clinux_open_process(pid)
    }
    descriptor = OwnedDescriptor(number)
  }

  /// How the child ended, or `nil` while it runs.
  ///
  /// - Parameter collecting: Reaps the child, after which its process id may be given to another and
  ///   the question cannot be asked again.
  func exit(collecting: Bool) throws(KernelManagementError) -> KernelExit? {
    var result = clinux_exit()
    try SystemCall.check("learn how a kernel ended") {
      clinux_exit_of(number, collecting ? 1 : 0, &result)
    }
    guard result.ended != 0 else { return nil }
    return result.signalled != 0
      ? .signalled(Signal(rawValue: result.number)) : .exited(result.number)
  }
}

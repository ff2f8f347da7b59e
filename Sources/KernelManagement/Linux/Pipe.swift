internal import CLinux
import Glibc

/// A pipe for a child's output: the reading end does not block, and both ends are closed on exec
/// and stand above the numbers that are the child's.
struct Pipe: ~Copyable {
  let reading: OwnedDescriptor
  let writing: OwnedDescriptor

  init() throws(KernelManagementError) {
    var ends: [Int32] = [-1, -1]
    try SystemCall.check("make a pipe") { clinux_pipe(&ends) }
    let first = OwnedDescriptor(ends[0])
    let second = OwnedDescriptor(ends[1])
    let reading = try first.raised(above: Spawn.lowestDescriptor)
    writing = try second.raised(above: Spawn.lowestDescriptor)
    self.reading = reading
  }

  /// Closes the writing end and gives the reading end away.
  consuming func takeReading() -> OwnedDescriptor {
    reading
  }
}

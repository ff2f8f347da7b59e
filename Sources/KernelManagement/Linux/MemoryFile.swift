internal import CLinux
import Glibc

/// A read-only file that exists in memory only, for what must never lie on disk.
struct MemoryFile: ~Copyable {
  let descriptor: OwnedDescriptor

  /// Writes `bytes` and seals the file, so that no holder of it can change what another reads.
  init(_ bytes: [UInt8]) throws(KernelManagementError) {
    let operation = "write the connection file into memory"
    let made = try SystemCall.check(operation) { clinux_memory_file("parley-connection") }
    let file = try OwnedDescriptor(made).raised(above: Spawn.lowestDescriptor)
    let number = file.number
    var written = 0
    while written < bytes.count {
      written += try SystemCall.check(operation) {
        bytes[written...].withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
      }
    }
    try SystemCall.check(operation) { clinux_seal(number) }
    descriptor = file
  }
}

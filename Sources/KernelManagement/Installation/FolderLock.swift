import Glibc

/// An advisory lock on a folder (flock(2)), held for as long as the value lives.
///
/// The system lets go of it when its holder dies, by SIGKILL too, and a process id that was given
/// to another cannot be mistaken for the holder.
struct FolderLock: ~Copyable {
  private let descriptor: OwnedDescriptor

  /// Waits for the lock.
  init(waitingFor folder: String) throws(KernelManagementError) {
    let opened = try Self.open(folder)
    let number = opened.number
    try SystemCall.check("lock \(folder)", code: .runtimeFolder) { flock(number, LOCK_EX) }
    descriptor = opened
  }

  /// Takes the lock if nobody holds it; `nil` when somebody does or the folder has gone.
  init?(ifFree folder: String) {
    guard let descriptor = try? Self.open(folder), flock(descriptor.number, LOCK_EX | LOCK_NB) == 0
    else { return nil }
    self.descriptor = descriptor
  }

  private static func open(_ folder: String) throws(KernelManagementError) -> OwnedDescriptor {
    OwnedDescriptor(
      try SystemCall.check("open \(folder)", code: .runtimeFolder) {
        Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      })
  }
}

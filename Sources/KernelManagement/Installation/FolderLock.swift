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

  /// Whether somebody holds the lock of `folder`. One that cannot be opened counts as held: it is not
  /// ours to judge.
  static func isHeld(_ folder: String) -> Bool {
    guard let descriptor = try? open(folder) else { return true }
    return flock(descriptor.number, LOCK_EX | LOCK_NB) != 0
  }

  private static func open(_ folder: String) throws(KernelManagementError) -> OwnedDescriptor {
    OwnedDescriptor(
      try SystemCall.check("open \(folder)", code: .runtimeFolder) {
        Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      })
  }
}

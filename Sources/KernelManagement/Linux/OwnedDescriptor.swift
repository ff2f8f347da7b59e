import Glibc

/// A file descriptor that closes when it goes out of scope.
struct OwnedDescriptor: ~Copyable {
  let number: Int32

  /// Takes over `number`, which nobody else may close.
  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }

  /// Gives the descriptor to the caller, who closes it.
  consuming func release() -> Int32 {
    let number = self.number
    discard self
    return number
  }

  /// The same file at a number from `lowest` up, closed on exec.
  ///
  /// What is to become descriptor 0–3 of a child must not stand on those numbers itself: a host
  /// that closed its own standard input gets 0 from the next `pipe`, and `dup2` would then
  /// overwrite it.
  consuming func raised(above lowest: Int32) throws(KernelManagementError) -> OwnedDescriptor {
    if number >= lowest { return self }
    let own = number
    let copy = try SystemCall.check("duplicate a descriptor") {
      fcntl(own, F_DUPFD_CLOEXEC, lowest)
    }
    return OwnedDescriptor(copy)
  }
}

import Glibc

/// The one gate for system calls that set `errno`.
enum SystemCall {
  /// Makes `call`, again when a signal interrupted it (signal(7), EINTR), and turns -1 into an
  /// error.
  ///
  /// - Parameter operation: What was being done, for the error's sentence.
  @discardableResult
  static func check<Result: SignedInteger>(
    _ operation: @autoclosure () -> String,
    code: KernelManagementError.Code = .system,
    _ call: () -> Result
  ) throws(KernelManagementError) -> Result {
    while true {
      let result = call()
      if result != -1 { return result }
      let number = errno
      if number == EINTR { continue }
      throw failure(operation(), number: number, code: code)
    }
  }

  /// The error for an `errno` value, with advice where the number alone tells what to do.
  static func failure(
    _ operation: String, number: Int32, code: KernelManagementError.Code = .system
  ) -> KernelManagementError {
    KernelManagementError(
      code, operation: operation, cause: message(number), advice: advice(number))
  }

  /// The system's own words for an `errno` value.
  static func message(_ number: Int32) -> String {
    String(cString: strerror(number))
  }

  private static func advice(_ number: Int32) -> String {
    switch number {
    case EMFILE: "This process has too many files open: raise `ulimit -n` or run fewer kernels."
    case ENFILE: "The system has too many files open: close programs or raise fs.file-max."
    case EAGAIN: "The user's limit of processes is reached: see `ulimit -u`."
    case ENOMEM: "The system is out of memory: run fewer kernels."
    case EACCES, EPERM: "Check who owns it and its permissions with `ls -ld`."
    case ENOSPC: "The file system is full."
    case ENOENT: "Check that the path exists."
    case E2BIG: "The arguments and the environment together are too long: shorten them."
    case ENOSYS: "Parley needs Linux 5.4 or newer."
    default: "See errno \(number) in errno(3)."
    }
  }
}

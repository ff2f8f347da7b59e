/// How a short command ended.
enum CommandResult: Sendable, Equatable {
  /// It ended; its two outputs, in the order they came, as far as 64 KiB.
  case ended(KernelExit, output: String)

  /// It was still running at the deadline and has been killed.
  case timedOut

  /// It could not be started, and why.
  case failed(KernelManagementError)

  var isSuccess: Bool {
    if case .ended(let exit, _) = self { return exit.isSuccess }
    return false
  }

  /// What is wrong, to follow the command's name in a sentence: "ended with exit status 1: …".
  var complaint: String {
    switch self {
    case .ended(let exit, let output):
      let last = output.split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
      return "ended with \(exit)\(last)"
    case .timedOut:
      return "did not end in time"
    case .failed(let error):
      return "could not be run: \(error.cause)"
    }
  }
}

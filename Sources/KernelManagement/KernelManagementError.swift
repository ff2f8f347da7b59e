/// What went wrong between Parley and the system it runs kernels on.
///
/// How a kernel *ended* is not an error: it is a ``KernelExit``.
public struct KernelManagementError: Error, Sendable, Equatable {
  /// What a caller may branch on.
  public enum Code: String, Sendable {
    /// A `kernel.json` that cannot be read or is not a kernelspec.
    case invalidSpec
    /// No kernelspec of that name in any folder searched.
    case unknownKernel
    /// The `environment` of a manifest does not fit the kernel.
    case invalidEnvironment
    /// The process could not be started.
    case launchFailed
    /// The launcher, the shims or another installed file is not where it should be.
    case notInstalled
    /// The runtime folder cannot be made, is not safe, or its path is too long.
    case runtimeFolder
    /// A call of the operating system failed in a way that nothing of the user's explains.
    case system
  }

  public let code: Code

  /// What was being done, as a phrase: "read the kernelspec /a/b/kernel.json".
  public let operation: String

  /// What the system said, or what was found.
  public let cause: String

  /// A sentence that tells the user what to do.
  public let advice: String

  public init(_ code: Code, operation: String, cause: String, advice: String) {
    self.code = code
    self.operation = operation
    self.cause = cause
    self.advice = advice
  }
}

extension KernelManagementError: CustomStringConvertible {
  public var description: String {
    "Cannot \(operation): \(cause). \(advice)"
  }
}

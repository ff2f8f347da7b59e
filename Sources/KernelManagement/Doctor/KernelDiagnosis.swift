/// Whether a kernel would start, and what mends it when not.
public struct KernelDiagnosis: Sendable, Equatable {
  public enum Status: Sendable, Equatable {
    case ready
    /// Something is not installed: "the Perl module Coro".
    case missing(String)
    /// It is there and does not work, and why.
    case broken(String)
  }

  public let name: String
  public let displayName: String
  public let language: String

  /// The folder of the kernelspec.
  public let path: String

  /// The program that would be run, or `nil` when it is not on the PATH.
  public let interpreterPath: String?

  /// The interpreter's version, such as "3.11.2", when it tells.
  public let version: String?
  public let status: Status

  /// The one command, or instruction, that mends it on this system.
  public let mend: String?
}

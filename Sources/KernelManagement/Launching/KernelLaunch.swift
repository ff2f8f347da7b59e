/// One process to be started.
public struct KernelLaunch: Sendable, Equatable {
  /// Where the child finds its connection file: a memory file on descriptor 3, so that no key is
  /// ever on disk. Give it to ``KernelSpec/command(for:)`` in place of `{connection_file}`.
  public static let connectionFilePath = "/proc/self/fd/3"

  /// Random and new for each launch: the routing id of the kernel's DEALER, and the mark by which
  /// the reaper knows the kernel's descendants (`PARLEY_KERNEL_ID` in their environment).
  public var kernelID: String

  /// The program, searched for on the environment's PATH, and its arguments.
  public var arguments: [String]

  /// The whole environment of the child; `PARLEY_KERNEL_ID` is added.
  public var environment: [String: String]

  /// An existing folder, the plugin's own.
  public var workingFolder: String

  /// What the child reads at ``connectionFilePath``; `nil` when it needs nothing.
  public var connectionFile: [UInt8]?

  public var limits: KernelLimits

  public init(
    kernelID: String, arguments: [String], environment: [String: String], workingFolder: String,
    connectionFile: [UInt8]? = nil, limits: KernelLimits = KernelLimits()
  ) {
    self.kernelID = kernelID
    self.arguments = arguments
    self.environment = environment
    self.workingFolder = workingFolder
    self.connectionFile = connectionFile
    self.limits = limits
  }

  /// Refuses what the system would silently cut short: a NUL ends a C string, `=` ends a name.
  func validate() throws(KernelManagementError) {
    func refuse(_ cause: String, _ advice: String) -> KernelManagementError {
      KernelManagementError(
        .launchFailed, operation: "start kernel \(kernelID)", cause: cause, advice: advice)
    }
    guard arguments.first?.isEmpty == false else {
      throw refuse("there is no program to run", "Give `argv` of the kernelspec a first entry.")
    }
    let texts = arguments + environment.keys + environment.values + [workingFolder, kernelID]
    guard !texts.contains(where: { $0.utf8.contains(0) }) else {
      throw refuse("an argument or variable holds a NUL byte", "Remove it.")
    }
    if let name = environment.keys.first(where: { $0.isEmpty || $0.contains("=") }) {
      throw refuse("\"\(name)\" cannot name a variable", "Rename it, without `=`.")
    }
  }
}

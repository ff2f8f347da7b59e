/// Where the parts of Parley are that are not linked into it.
public struct InstalledFiles: Sendable, Equatable {
  /// The `parley-launcher` executable.
  public let launcher: String

  /// The folder with the shims, `<NAME>/kernel.json`.
  public let kernels: String

  /// The protocol's specification, for the conformance command; `nil` when it is not installed.
  public let specs: String?

  /// The example applications; `nil` when they are not installed.
  public let examples: String?

  public init(launcher: String, kernels: String, specs: String? = nil, examples: String? = nil) {
    self.launcher = launcher
    self.kernels = kernels
    self.specs = specs
    self.examples = examples
  }
}

extension InstalledFiles {
  /// Finds the files: by configuration, then `$PARLEY_HOME`, then beside the executable, then in
  /// the prefix that the executable is installed in. The first place that has both launcher and
  /// shims wins.
  ///
  /// - Parameters:
  ///   - configured: A prefix or a source tree that the application's configuration names; nothing else
  ///     is then looked at.
  ///   - environment: Where `PARLEY_HOME` is looked up, which counts in the same way.
  ///   - executable: The running program, by default this process's.
  /// - Throws: ``KernelManagementError/Code/notInstalled`` with every place that was looked at.
  public static func find(
    configured: String? = nil, environment: [String: String],
    executable: String = "/proc/self/exe"
  ) throws(KernelManagementError) -> InstalledFiles {
    let program = Path.resolved(executable) ?? executable
    let named = configured ?? environment["PARLEY_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    let layouts =
      named.map { InstallationLayout.of(home: Path.absolute($0), executable: program) }
      ?? InstallationLayout.around(executable: program)
    if let files = layouts.lazy.compactMap(\.files).first { return files }
    throw KernelManagementError(
      .notInstalled, operation: "find parley-launcher and the kernels",
      cause: "no place has both; looked for " + layouts.map(\.description).joined(separator: "; "),
      advice: "Run `make build` or `make install`, or set PARLEY_HOME to the folder they are in.")
  }
}

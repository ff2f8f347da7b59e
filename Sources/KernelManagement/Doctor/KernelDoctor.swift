/// Tells which kernels would start, and what mends each that would not.
public struct KernelDoctor: Sendable {
  private let run: CommandRun
  private let environment: [String: String]
  private let family: OperatingSystemFamily

  /// - Parameters:
  ///   - launcher: What the commands are run with.
  ///   - environment: The one that kernels would inherit; its PATH is where interpreters are found.
  ///   - family: For whom the mending commands are.
  ///   - patience: How long one command may take.
  public init(
    launcher: KernelLauncher, environment: [String: String],
    family: OperatingSystemFamily = .current, patience: Duration = .seconds(10)
  ) {
    run = CommandRun(launcher: launcher, patience: patience)
    self.environment = InheritedEnvironment.scrub(environment)
    self.family = family
  }

  /// Examines all kernels at once; the diagnoses come in the order of `specs`.
  public func examine(_ specs: [KernelSpec]) async -> [KernelDiagnosis] {
    await withTaskGroup(of: (Int, KernelDiagnosis).self) { group in
      for (index, spec) in specs.enumerated() {
        group.addTask { (index, await examine(spec)) }
      }
      var found: [Int: KernelDiagnosis] = [:]
      for await (index, diagnosis) in group { found[index] = diagnosis }
      return specs.indices.compactMap { found[$0] }
    }
  }

  /// Examines one kernel, in no more than twice the patience.
  public func examine(_ spec: KernelSpec) async -> KernelDiagnosis {
    let program = spec.substituted(spec.arguments, connectionFile: "")[0]
    guard let path = Path.executable(program, searchPath: searchPath, folder: spec.folder) else {
      return diagnosis(spec, finding: missingProgram(program, spec))
    }
    let (version, finding) = await examineVersion(spec)
    if let finding { return diagnosis(spec, path, version, finding: finding) }
    return diagnosis(spec, path, version, finding: await examineChecks(spec))
  }

  /// What is wrong, and what mends it.
  private struct Finding: Sendable {
    let status: KernelDiagnosis.Status
    let mend: String?
  }

  private var searchPath: String? { environment["PATH"] }

  private func missingProgram(_ program: String, _ spec: KernelSpec) -> Finding {
    Finding(
      status: .missing("\(program), the interpreter"),
      mend: spec.shim?.install.command(for: family)
        ?? "Install \(spec.language) so that \(program) is on the PATH.")
  }

  private func examineVersion(_ spec: KernelSpec) async -> (String?, Finding?) {
    guard let shim = spec.shim, !shim.version.isEmpty else { return (nil, nil) }
    let install = shim.install.command(for: family)
    let command = shim.version.joined(separator: " ")
    switch await runInFolder(shim.version, of: spec) {
    case .ended(let exit, let output) where exit.isSuccess:
      let version = DottedVersion(in: output)
      return (version?.description, tooOld(version, shim, spec))
    case let other:
      let why = "`\(command)` \(other.complaint)"
      return (nil, Finding(status: .broken(why), mend: install))
    }
  }

  private func tooOld(
    _ version: DottedVersion?, _ shim: ShimDescription, _ spec: KernelSpec
  ) -> Finding? {
    guard let minimum = shim.minimum.flatMap({ DottedVersion(in: $0) }) else { return nil }
    let install = shim.install.command(for: family)
    guard let version else {
      return Finding(status: .broken("it does not tell its version"), mend: install)
    }
    guard version < minimum else { return nil }
    let what = "\(spec.language) \(minimum) or newer (this is \(version))"
    return Finding(status: .missing(what), mend: install)
  }

  /// Runs all checks at once; one that does not end is broken, the others say what is missing.
  private func examineChecks(_ spec: KernelSpec) async -> Finding? {
    let checks = spec.shim?.checks ?? []
    let failed = await withTaskGroup(of: (Int, CommandResult).self) { group in
      for (index, check) in checks.enumerated() {
        group.addTask { (index, await runInFolder(check.run, of: spec)) }
      }
      var failed: [Int: CommandResult] = [:]
      for await (index, result) in group where !result.isSuccess { failed[index] = result }
      return failed
    }
    guard !failed.isEmpty else { return nil }
    return finding(failed.sorted { $0.key < $1.key }.map { (checks[$0.key], $0.value) })
  }

  private func finding(_ failed: [(check: ShimDescription.Check, result: CommandResult)]) -> Finding
  {
    if let stuck = failed.first(where: { $0.result == .timedOut }) {
      let why = "the check for \(stuck.check.what) \(stuck.result.complaint)"
      return Finding(status: .broken(why), mend: stuck.check.mend.command(for: family))
    }
    let what = failed.map(\.check.what).joined(separator: ", ")
    let mends = failed.compactMap { $0.check.mend.command(for: family) }
    let separator = family == .debian ? " && " : "; "
    return Finding(
      status: .missing(what), mend: mends.isEmpty ? nil : mends.joined(separator: separator))
  }

  private func runInFolder(_ command: [String], of spec: KernelSpec) async -> CommandResult {
    await run.result(
      spec.substituted(command, connectionFile: ""), environment: environment, folder: spec.folder)
  }

  private func diagnosis(
    _ spec: KernelSpec, _ interpreter: String? = nil, _ version: String? = nil,
    finding: Finding?
  ) -> KernelDiagnosis {
    KernelDiagnosis(
      name: spec.name, displayName: spec.displayName, language: spec.language, path: spec.folder,
      interpreterPath: interpreter, version: version, status: finding?.status ?? .ready,
      mend: finding?.mend)
  }
}

public import KernelProtocol
import KernelManagement

/// Which kernels would start, and what mends the others.
public struct KernelHealth: Sendable {
  /// One kernel.
  public struct Kernel: Sendable {
    public let name: String
    public let language: String
    /// The interpreter's version, when it tells.
    public let version: String?
    /// `ready`, `missing` or `broken`.
    public let status: String
    /// What is missing or broken; empty when it is ready.
    public let detail: String
    /// The one command that mends it.
    public let mend: String?
    /// Whether it is a shim; otherwise it is a foreign Jupyter kernel.
    public let isShim: Bool
    /// The folder of its kernelspec.
    public let folder: String
    /// What a program that Parley does not start needs in its environment to find the SDK.
    public let sdk: [String: String]

    /// Whether it would start.
    public var isReady: Bool { status == "ready" }
  }

  /// All kernels, by name.
  public let kernels: [Kernel]
  /// Kernelspecs that cannot be read.
  public let problems: [String]

  /// Whether every shim would start.
  public var isWell: Bool {
    problems.isEmpty && kernels.allSatisfy { $0.isReady || !$0.isShim }
  }

  /// Examines all kernels that are found.
  public static func examine(environment: [String: String]) async throws -> KernelHealth {
    let files = try InstalledFiles.find(configured: nil, environment: environment)
    let catalog = KernelSpecFinder(explicit: [files.kernels], environment: environment).catalog()
    let doctor = KernelDoctor(
      launcher: try KernelLauncher(launcherPath: files.launcher), environment: environment)
    let diagnoses = await doctor.examine(catalog.specs)
    return KernelHealth(
      kernels: zip(catalog.specs, diagnoses).map(Kernel.init),
      problems: catalog.problems.sorted { $0.key < $1.key }.map { $0.value.description })
  }

  /// As `parley doctor --json` prints it.
  public var json: JSONValue {
    [
      "kernels": .array(kernels.map(\.json)), "ok": .bool(isWell), "problems": JSONValue(problems),
    ]
  }
}

extension KernelHealth.Kernel {
  init(_ spec: KernelSpec, _ diagnosis: KernelDiagnosis) {
    let (status, detail) =
      switch diagnosis.status {
      case .ready: ("ready", "")
      case .missing(let what): ("missing", "\(what) is missing")
      case .broken(let why): ("broken", why)
      }
    self.init(
      name: spec.name, language: spec.language, version: diagnosis.version, status: status,
      detail: detail, mend: diagnosis.mend, isShim: spec.shim != nil, folder: spec.folder,
      sdk: Dictionary(spec.sdk.map { ($0.name, $0.value) }) { first, _ in first })
  }

  var json: JSONValue {
    var row: JSONObject = [
      "kernel": .string(name), "language": .string(language), "status": .string(status),
      "shim": .bool(isShim), "folder": .string(folder),
    ]
    row["version"] = version.map(JSONValue.string)
    row["detail"] = detail.isEmpty ? nil : .string(detail)
    row["mend"] = mend.map(JSONValue.string)
    if !sdk.isEmpty {
      row["sdk"] = .object(
        JSONObject(sdk.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    return .object(row)
  }
}

import KernelManagement

/// The variables by which programs that Parley does not start find the SDKs of all languages.
public enum SDKEnvironment {
  /// An environment in which each interpreter finds its SDK, before what it found already.
  public static func adding(
    to environment: [String: String]
  ) throws -> [String: String] {
    let files = try InstalledFiles.find(configured: nil, environment: environment)
    let catalog = KernelSpecFinder(explicit: [files.kernels], environment: environment).catalog()
    var result = environment
    for variable in catalog.specs.flatMap(\.sdk) {
      let former = result[variable.name].flatMap { $0.isEmpty ? nil : $0 }
      result[variable.name] = variable.value + (former.map { variable.separator + $0 } ?? "")
    }
    return result
  }
}

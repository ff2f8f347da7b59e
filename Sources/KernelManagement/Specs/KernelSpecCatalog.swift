/// The kernelspecs of all folders searched.
public struct KernelSpecCatalog: Sendable, Equatable {
  /// Those that can be used, by name.
  public let specs: [KernelSpec]

  /// Why others of a name cannot: a bad file does not keep the rest from being found.
  public let problems: [String: KernelManagementError]

  /// Where they were looked for, in order.
  public let folders: [String]

  /// The kernelspec of that name.
  ///
  /// - Throws: What is wrong with its file, or that there is none, with the nearest name.
  public func spec(named name: String) throws(KernelManagementError) -> KernelSpec {
    if let spec = specs.first(where: { $0.name == name }) { return spec }
    if let problem = problems[name] { throw problem }
    let nearest = NearestName.to(name, in: specs.map(\.name))
    throw KernelManagementError(
      .unknownKernel, operation: "find the kernel \"\(name)\"",
      cause: "no folder has \(name)/kernel.json (looked in \(folders.joined(separator: ", ")))",
      advice: nearest.map { "Did you mean \"\($0)\"?" }
        ?? "`parley doctor` lists the kernels that are there.")
  }
}

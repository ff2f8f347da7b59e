import Glibc

/// Finds kernelspecs: `<folder>/<NAME>/kernel.json`, the first folder that has a name winning.
///
/// The order: folders given, each of `$PARLEY_KERNEL_PATH`, then Jupyter's search path. A file that
/// cannot be read shadows later ones of its name, as it would for Jupyter, and is reported.
public struct KernelSpecFinder: Sendable {
  /// The folders searched, in order.
  public let folders: [String]

  /// - Parameters:
  ///   - explicit: Folders of kernels that come first, such as the project's own `kernels/`.
  ///   - environment: Where the search path's variables are looked up.
  public init(explicit: [String], environment: [String: String]) {
    let named = environment["PARLEY_KERNEL_PATH"]?.split(separator: ":").map(String.init) ?? []
    let jupyter = JupyterSearchPath.folders(environment).map { $0 + "/kernels" }
    let all = (explicit + named + jupyter).map { Path.absolute($0) }
    var seen: Set<String> = []
    folders = all.filter { seen.insert($0).inserted }
  }

  /// Reads every kernelspec. Folders that do not exist are passed over in silence.
  public func catalog() -> KernelSpecCatalog {
    var specs: [KernelSpec] = []
    var problems: [String: KernelManagementError] = [:]
    var seen: Set<String> = []
    for (name, folder) in candidates() where seen.insert(name).inserted {
      do throws(KernelManagementError) {
        specs.append(try KernelSpecFile.read(name: name, folder: folder))
      } catch {
        problems[name] = error
      }
    }
    return KernelSpecCatalog(
      specs: specs.sorted { $0.name < $1.name }, problems: problems, folders: folders)
  }

  /// Each folder that has a `kernel.json`, the first to win first.
  private func candidates() -> [(name: String, folder: String)] {
    folders.flatMap { parent in
      Path.entries(of: parent).map { (name: $0, folder: "\(parent)/\($0)") }
    }.filter { Path.exists($0.folder + "/kernel.json") }
  }
}

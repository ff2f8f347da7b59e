/// One way in which Parley's files may lie.
struct InstallationLayout: Equatable, CustomStringConvertible {
  /// Where the launcher may be, the likeliest first.
  let launchers: [String]

  /// The folder that has `kernels`, `specs` and `examples`.
  let share: String

  var description: String {
    "\(share)/kernels with \(launchers.joined(separator: " or "))"
  }

  /// The files, when launcher and kernels are both there.
  var files: InstalledFiles? {
    guard let launcher = launchers.first(where: Path.isExecutableFile),
      let kernels = folder("kernels")
    else { return nil }
    return InstalledFiles(
      launcher: launcher, kernels: kernels, specs: folder("specs"), examples: folder("examples"))
  }

  private func folder(_ name: String) -> String? {
    let path = "\(share)/\(name)"
    return Path.isFolder(path) ? path : nil
  }

  /// What `make install` makes: `bin/parley`, `libexec/parley/parley-launcher`, `share/parley/…`.
  static func prefix(_ prefix: String) -> InstallationLayout {
    InstallationLayout(
      launchers: [prefix + "/libexec/parley/parley-launcher"], share: prefix + "/share/parley")
  }

  /// A source tree that was built by the Swift package manager. The launcher of the build that the
  /// running executable is from comes before that of another configuration.
  static func sourceTree(_ root: String, executable: String) -> InstallationLayout {
    let beside = Path.parent(of: executable)
    let builds = [beside, root + "/.build/release", root + "/.build/debug"]
    return InstallationLayout(launchers: builds.map { $0 + "/parley-launcher" }, share: root)
  }

  /// The ways in which a folder that somebody named may be meant.
  static func of(home: String, executable: String) -> [InstallationLayout] {
    [sourceTree(home, executable: executable), prefix(home)]
  }

  /// Beside the executable, then the prefix it is in.
  static func around(executable: String) -> [InstallationLayout] {
    let binary = Path.parent(of: executable)
    return sourceTrees(above: binary).map { sourceTree($0, executable: executable) }
      + [prefix(Path.parent(of: binary))]
  }

  /// Source trees on the way up from a build folder: the package itself, or its checkout in the
  /// build folder of an application that depends on it.
  private static func sourceTrees(above folder: String) -> [String] {
    var trees: [String] = []
    var folder = folder
    while folder != "/" {
      folder = Path.parent(of: folder)
      trees += [folder, folder + "/checkouts/parley"].filter {
        Path.isFolder($0 + "/kernels") && Path.exists($0 + "/Package.swift")
      }
    }
    return trees
  }
}

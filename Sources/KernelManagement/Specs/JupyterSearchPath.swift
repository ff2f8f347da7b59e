/// Where Jupyter keeps data files, in its order (jupyter_core, "Common directories and file
/// locations", and `jupyter_path()`): `$JUPYTER_PATH`, then the active virtual environment, the
/// user's folder and the system's.
enum JupyterSearchPath {
  static func folders(_ environment: [String: String]) -> [String] {
    let explicit = environment["JUPYTER_PATH"]?.split(separator: ":").map(String.init) ?? []
    let active = ["VIRTUAL_ENV", "CONDA_PREFIX"].compactMap { environment[$0] }
      .filter { !$0.isEmpty }.map { $0 + "/share/jupyter" }
    return explicit + active + [userFolder(environment)].compactMap(\.self)
      + ["/usr/local/share/jupyter", "/usr/share/jupyter"]
  }

  private static func userFolder(_ environment: [String: String]) -> String? {
    if let folder = environment["JUPYTER_DATA_DIR"], !folder.isEmpty { return folder }
    guard let home = environment["HOME"], !home.isEmpty else { return nil }
    #if os(macOS)
      return home + "/Library/Jupyter"
    #else
      let data = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
      return (data ?? home + "/.local/share") + "/jupyter"
    #endif
  }
}

import Glibc

/// Questions about paths.
public enum Path {
  /// `path` seen from `folder`; without one, from the current folder. Only text: nothing is
  /// resolved.
  public static func absolute(_ path: String, in folder: String? = nil) -> String {
    if path.hasPrefix("/") { return path }
    let base = folder ?? currentFolder
    let rest = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    return rest.isEmpty || rest == "." ? base : base + "/" + rest
  }

  /// The path with every symbolic link followed, or `nil` when it does not exist.
  static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// The folder that holds `path`; that of "/" is itself.
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  /// Whether there is a plain file.
  public static func isFile(_ path: String) -> Bool {
    kind(path) == S_IFREG
  }

  static func isFolder(_ path: String) -> Bool {
    kind(path) == S_IFDIR
  }

  static func isExecutableFile(_ path: String) -> Bool {
    kind(path) == S_IFREG && access(path, X_OK) == 0
  }

  /// The names in a folder, in alphabetical order; none when it cannot be read.
  static func entries(of folder: String) -> [String] {
    guard let listing = opendir(folder) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The file that a shell would run for `program`: on `searchPath` when it has no slash, else
  /// seen from `folder`. `nil` when there is none that can be executed.
  static func executable(_ program: String, searchPath: String?, folder: String) -> String? {
    if program.contains("/") {
      let path = absolute(program, in: folder)
      return isExecutableFile(path) ? path : nil
    }
    // What execvp(3) uses when PATH is not set.
    let folders = (searchPath ?? "/bin:/usr/bin").split(separator: ":")
    return folders.map { "\($0)/\(program)" }.first(where: isExecutableFile)
  }

  private static var currentFolder: String {
    guard let folder = getcwd(nil, 0) else { return "/" }
    defer { free(folder) }
    return String(cString: folder)
  }

  private static func kind(_ path: String) -> mode_t? {
    var about = stat()
    return stat(path, &about) == 0 ? about.st_mode & S_IFMT : nil
  }
}

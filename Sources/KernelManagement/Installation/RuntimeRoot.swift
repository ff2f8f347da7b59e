import Glibc

/// The private folder in which every orchestrator of a user has a folder of its own.
struct RuntimeRoot {
  let path: String

  /// `$PARLEY_RUNTIME_DIR`, else `$XDG_RUNTIME_DIR/parley`, else one named with the user's id in
  /// the system's temporary folder.
  init(environment: [String: String]) {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : Path.absolute($0) }
    }
    path =
      value("PARLEY_RUNTIME_DIR") ?? value("XDG_RUNTIME_DIR").map { $0 + "/parley" }
      ?? (value("TMPDIR") ?? "/tmp") + "/parley-\(getuid())"
  }

  /// Makes the folder, or makes sure that the one there is the user's own and closed to others.
  func prepare() throws(KernelManagementError) {
    try makeParents()
    if mkdir(path, 0o700) != 0 && errno != EEXIST {
      throw SystemCall.failure(
        "make the runtime folder \(path)", number: errno, code: .runtimeFolder)
    }
    try check()
  }

  /// Refuses a folder that another user could put sockets into. `lstat`, because a link could lead
  /// anywhere: the system's temporary folder is everybody's.
  func check() throws(KernelManagementError) {
    var about = stat()
    try SystemCall.check("look at the runtime folder \(path)", code: .runtimeFolder) {
      lstat(path, &about)
    }
    if about.st_mode & S_IFMT != S_IFDIR {
      throw refusal("it is not a folder", "Remove it.")
    }
    if about.st_uid != getuid() {
      throw refusal(
        "it belongs to user \(about.st_uid)", "Set PARLEY_RUNTIME_DIR to a folder of your own.")
    }
    if about.st_mode & 0o077 != 0 {
      throw refusal("it is open to other users", "Run `chmod 700 \(path)`.")
    }
  }

  /// The folders of orchestrators in it, running or not.
  var folders: [String] {
    Path.entries(of: path).map { "\(path)/\($0)" }.filter(Path.isFolder)
  }

  private func makeParents() throws(KernelManagementError) {
    var missing: [String] = []
    var folder = Path.parent(of: path)
    while !Path.exists(folder) {
      missing.append(folder)
      folder = Path.parent(of: folder)
    }
    for folder in missing.reversed() {
      try SystemCall.check("make the folder \(folder)", code: .runtimeFolder) {
        mkdir(folder, 0o700)
      }
    }
  }

  private func refusal(_ cause: String, _ advice: String) -> KernelManagementError {
    KernelManagementError(
      .runtimeFolder, operation: "use the runtime folder \(path)", cause: cause, advice: advice)
  }
}

import Testing

@testable import KernelManagement

@Suite("Finding kernelspecs")
struct KernelSpecFinderTests {
  private static func spec(_ displayName: String) -> String {
    #"{"argv": ["sh", "{connection_file}"], "display_name": "\#(displayName)", "language": "sh"}"#
  }

  @Test(
    "the search goes through the folders given, PARLEY_KERNEL_PATH and Jupyter's path, in order")
  func order() {
    let finder = KernelSpecFinder(
      explicit: ["/given"],
      environment: [
        "PARLEY_KERNEL_PATH": "/k1::/k2", "JUPYTER_PATH": "/j1:/j2", "VIRTUAL_ENV": "/venv",
        "HOME": "/home/ada",
      ])
    #expect(
      finder.folders == [
        "/given", "/k1", "/k2", "/j1/kernels", "/j2/kernels", "/venv/share/jupyter/kernels",
        "/home/ada/.local/share/jupyter/kernels", "/usr/local/share/jupyter/kernels",
        "/usr/share/jupyter/kernels",
      ])
  }

  @Test(
    "the user's folder is JUPYTER_DATA_DIR, then below XDG_DATA_HOME, then below HOME",
    arguments: [
      (["JUPYTER_DATA_DIR": "/d", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/d"),
      (["XDG_DATA_HOME": "/x", "HOME": "/h"], "/x/jupyter"),
      (["XDG_DATA_HOME": "", "HOME": "/h"], "/h/.local/share/jupyter"),
    ])
  func userFolder(environment: [String: String], folder: String) {
    #expect(JupyterSearchPath.folders(environment).first == folder)
  }

  /// Those of a folder: the system may have kernels of its own where Jupyter looks.
  private static func names(_ catalog: KernelSpecCatalog, in folder: String) -> [String] {
    catalog.specs.filter { $0.folder.hasPrefix(folder) }.map(\.name)
  }

  @Test("the first folder that has a name wins")
  func firstWins() async throws {
    try await TestSupport.withFolder { folder in
      try TestSupport.write(Self.spec("first"), to: folder + "/a/same/kernel.json")
      try TestSupport.write(Self.spec("second"), to: folder + "/b/same/kernel.json")
      try TestSupport.write(Self.spec("other"), to: folder + "/b/other/kernel.json")
      let finder = KernelSpecFinder(
        explicit: [folder + "/a"], environment: ["PARLEY_KERNEL_PATH": folder + "/b"])
      let catalog = finder.catalog()
      #expect(Self.names(catalog, in: folder) == ["other", "same"])
      #expect(try catalog.spec(named: "same").displayName == "first")
      #expect(try catalog.spec(named: "same").folder == folder + "/a/same")
      #expect(catalog.problems.isEmpty)
    }
  }

  @Test("a bad file is an error for its name, and the others are found")
  func badFile() async throws {
    try await TestSupport.withFolder { folder in
      try TestSupport.write(Self.spec("good"), to: folder + "/good/kernel.json")
      try TestSupport.write("{\n  \"argv\": [,]\n}", to: folder + "/bad/kernel.json")
      let catalog = KernelSpecFinder(explicit: [folder], environment: [:]).catalog()
      #expect(Self.names(catalog, in: folder) == ["good"])
      let error = #expect(throws: KernelManagementError.self) { try catalog.spec(named: "bad") }
      #expect(error?.code == .invalidSpec)
      #expect(error?.operation == "read the kernelspec \(folder)/bad/kernel.json")
      #expect(error?.cause == "it is not JSON: Invalid value at line 2, column 12")
    }
  }

  @Test("an unknown kernel is an error with the nearest name and the folders looked in")
  func unknown() async throws {
    try await TestSupport.withFolder { folder in
      try TestSupport.write(Self.spec("Python"), to: folder + "/python/kernel.json")
      let catalog = KernelSpecFinder(explicit: [folder], environment: [:]).catalog()
      let error = #expect(throws: KernelManagementError.self) { try catalog.spec(named: "pyton") }
      #expect(error?.code == .unknownKernel)
      #expect(error?.advice == "Did you mean \"python\"?")
      #expect(error?.cause.contains(folder) == true)
    }
  }
}

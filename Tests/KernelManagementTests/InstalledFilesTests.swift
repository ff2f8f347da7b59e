import Glibc
import Testing

@testable import KernelManagement

@Suite("Finding the installed files")
struct InstalledFilesTests {
  private func makePrefix(_ prefix: String) throws {
    try TestSupport.write("", to: prefix + "/bin/parley", executable: true)
    try TestSupport.write("", to: prefix + "/libexec/parley/parley-launcher", executable: true)
    try TestSupport.write("{}", to: prefix + "/share/parley/kernels/python/kernel.json")
    try TestSupport.write("", to: prefix + "/share/parley/specs/kernel-protocol.md")
  }

  private func makeTree(_ root: String, build: String = "debug") throws {
    try TestSupport.write("", to: root + "/Package.swift")
    try TestSupport.write("{}", to: root + "/kernels/python/kernel.json")
    for name in ["parley", "parley-launcher"] {
      try TestSupport.write("", to: "\(root)/.build/\(build)/\(name)", executable: true)
    }
  }

  @Test("a prefix is found from the executable, through a link to it")
  func prefix() async throws {
    try await TestSupport.withFolder { folder in
      try makePrefix(folder + "/usr")
      _ = symlink(folder + "/usr/bin/parley", folder + "/parley")
      let files = try InstalledFiles.find(environment: [:], executable: folder + "/parley")
      #expect(files.launcher == folder + "/usr/libexec/parley/parley-launcher")
      #expect(files.kernels == folder + "/usr/share/parley/kernels")
      #expect(files.specs == folder + "/usr/share/parley/specs")
      #expect(files.examples == nil)
    }
  }

  @Test("a source tree is found from its build folder, with the launcher of the same build")
  func sourceTree() async throws {
    try await TestSupport.withFolder { folder in
      try makeTree(folder, build: "release")
      try makeTree(folder, build: "debug")
      let executable = folder + "/.build/debug/parley"
      let files = try InstalledFiles.find(environment: [:], executable: executable)
      #expect(files.launcher == folder + "/.build/debug/parley-launcher")
      #expect(files.kernels == folder + "/kernels")
    }
  }

  @Test("an application that depends on the package finds its checkout")
  func checkout() async throws {
    try await TestSupport.withFolder { folder in
      try TestSupport.write("", to: folder + "/.build/debug/app", executable: true)
      try TestSupport.write("", to: folder + "/.build/debug/parley-launcher", executable: true)
      let checkout = folder + "/.build/checkouts/parley"
      try TestSupport.write("", to: checkout + "/Package.swift")
      try TestSupport.write("{}", to: checkout + "/kernels/python/kernel.json")
      let executable = folder + "/.build/debug/app"
      let files = try InstalledFiles.find(environment: [:], executable: executable)
      #expect(files.kernels == checkout + "/kernels")
      #expect(files.launcher == folder + "/.build/debug/parley-launcher")
    }
  }

  @Test("configuration comes before PARLEY_HOME, and that before the executable's surroundings")
  func order() async throws {
    try await TestSupport.withFolder { folder in
      for name in ["a", "b", "c"] { try makePrefix("\(folder)/\(name)") }
      let executable = folder + "/c/bin/parley"
      let home = ["PARLEY_HOME": folder + "/b"]
      let first = try InstalledFiles.find(
        configured: folder + "/a", environment: home, executable: executable)
      let second = try InstalledFiles.find(environment: home, executable: executable)
      let third = try InstalledFiles.find(environment: [:], executable: executable)
      #expect(first.kernels == folder + "/a/share/parley/kernels")
      #expect(second.kernels == folder + "/b/share/parley/kernels")
      #expect(third.kernels == folder + "/c/share/parley/kernels")
    }
  }

  @Test("a place without the files is an error that lists where they were looked for")
  func nowhere() async throws {
    try await TestSupport.withFolder { folder in
      let error = #expect(throws: KernelManagementError.self) {
        try InstalledFiles.find(environment: ["PARLEY_HOME": folder])
      }
      #expect(error?.code == .notInstalled)
      #expect(error?.cause.contains(folder + "/share/parley/kernels") == true)
      #expect(error?.cause.contains(folder + "/.build/release/parley-launcher") == true)
    }
  }
}

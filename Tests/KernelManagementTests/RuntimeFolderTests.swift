import Foundation
import Glibc
import Testing

@testable import KernelManagement

@Suite("The runtime folder", .timeLimit(.minutes(5)))
struct RuntimeFolderTests {
  private func mode(_ path: String) -> mode_t {
    var about = stat()
    return stat(path, &about) == 0 ? about.st_mode & 0o777 : 0
  }

  @Test(
    "the root is PARLEY_RUNTIME_DIR, then below XDG_RUNTIME_DIR, then below the temporary folder",
    arguments: [
      (["PARLEY_RUNTIME_DIR": "/p", "XDG_RUNTIME_DIR": "/x", "TMPDIR": "/t"], "/p"),
      (["XDG_RUNTIME_DIR": "/x", "TMPDIR": "/t"], "/x/parley"),
      (["PARLEY_RUNTIME_DIR": "", "TMPDIR": "/t"], "/t/parley-\(getuid())"),
      ([:], "/tmp/parley-\(getuid())"),
    ])
  func root(environment: [String: String], path: String) {
    #expect(RuntimeRoot(environment: environment).path == path)
  }

  @Test("it is made private, tells of its orchestrator, and goes with it")
  func life() async throws {
    try await TestSupport.withFolder { folder in
      let environment = ["PARLEY_RUNTIME_DIR": folder + "/deep/run"]
      var runtime: RuntimeFolder? = try RuntimeFolder(environment: environment)
      let path = try #require(runtime?.path)
      let record = OrchestratorRecord(
        pid: getpid(), control: path + "/control", plugins: "/plugins",
        started: "2030-01-01T00:00:00Z")
      try runtime?.write(record)
      #expect(mode(folder + "/deep/run") == 0o700)
      #expect(mode(path) == 0o700)
      #expect(RuntimeFolder.running(environment: environment) == [record])
      runtime = nil
      #expect(!Path.exists(path))
      #expect(RuntimeFolder.running(environment: environment).isEmpty)
    }
  }

  @Test("the folders of dead orchestrators are cleared away, those of living ones are not")
  func stale() async throws {
    try await TestSupport.withFolder { folder in
      let root = folder + "/run"
      let environment = ["PARLEY_RUNTIME_DIR": root]
      let living = try RuntimeFolder(environment: environment)
      try TestSupport.write("{}", to: root + "/dead/orchestrator.json")
      try TestSupport.write("", to: root + "/dead/requests")
      let next = try RuntimeFolder(environment: environment)
      #expect(!Path.exists(root + "/dead"))
      #expect(Path.exists(living.path))
      #expect(Path.entries(of: root).count == 2)
      next.remove()
      next.remove()
      #expect(Path.entries(of: root).count == 1)
    }
  }

  @Test("a root that is open to others is refused, with the command that closes it")
  func tooOpen() async throws {
    try await TestSupport.withFolder { folder in
      chmod(folder, 0o755)
      let error = #expect(throws: KernelManagementError.self) {
        try RuntimeFolder(environment: ["PARLEY_RUNTIME_DIR": folder])
      }
      #expect(error?.code == .runtimeFolder)
      #expect(error?.advice == "Run `chmod 700 \(folder)`.")
    }
  }

  @Test("a root that is a link, or a file, is refused")
  func notAFolder() async throws {
    try await TestSupport.withFolder { folder in
      chmod(folder, 0o700)
      _ = symlink(folder, folder + "/link")
      try TestSupport.write("", to: folder + "/file")
      for name in ["link", "file"] {
        let error = #expect(throws: KernelManagementError.self) {
          try RuntimeFolder(environment: ["PARLEY_RUNTIME_DIR": "\(folder)/\(name)"])
        }
        #expect(error?.cause == "it is not a folder")
      }
    }
  }

  @Test("a root that belongs to another user is refused", .enabled(if: getuid() == 0))
  func otherOwner() async throws {
    try await TestSupport.withFolder { folder in
      chmod(folder, 0o700)
      chown(folder, 4242, 4242)
      let error = #expect(throws: KernelManagementError.self) {
        try RuntimeFolder(environment: ["PARLEY_RUNTIME_DIR": folder])
      }
      #expect(error?.cause == "it belongs to user 4242")
    }
  }

  @Test("a path too long for a socket is refused before anything is made")
  func tooLong() async throws {
    try await TestSupport.withFolder { folder in
      let root = folder + "/" + String(repeating: "n", count: 80)
      let error = #expect(throws: KernelManagementError.self) {
        try RuntimeFolder(environment: ["PARLEY_RUNTIME_DIR": root])
      }
      #expect(error?.cause == "a socket's path may be 107 bytes long at most")
      #expect(!Path.exists(root))
    }
  }

  @Test("a socket's name that makes the path too long is refused")
  func longName() async throws {
    try await TestSupport.withFolder { folder in
      let runtime = try RuntimeFolder(environment: ["PARLEY_RUNTIME_DIR": folder + "/r"])
      #expect(try runtime.socketPath("requests") == runtime.path + "/requests")
      #expect(throws: KernelManagementError.self) {
        try runtime.socketPath(String(repeating: "n", count: 107))
      }
    }
  }
}

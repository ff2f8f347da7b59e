import Foundation
import Glibc
import Testing

@testable import KernelManagement

/// What the tests of this module start processes with.
enum TestSupport {
  /// The launcher that was built beside the test executable.
  static let launcherPath: String = {
    let executable = Path.resolved("/proc/self/exe") ?? ""
    return Path.parent(of: executable) + "/parley-launcher"
  }()

  static var environment: [String: String] { ProcessInfo.processInfo.environment }

  static func launcher() throws -> KernelLauncher {
    try KernelLauncher(launcherPath: launcherPath)
  }

  /// A launch of `/bin/sh -c script`.
  static func shell(
    _ script: String, id: String = randomID(), connectionFile: [UInt8]? = nil,
    limits: KernelLimits = KernelLimits(), variables: [String: String] = [:]
  ) -> KernelLaunch {
    KernelLaunch(
      kernelID: id, arguments: ["/bin/sh", "-c", script],
      environment: environment.merging(variables) { _, new in new }, workingFolder: "/",
      connectionFile: connectionFile, limits: limits)
  }

  static func randomID() -> String { UUID().uuidString }

  /// Whether `descriptor` becomes readable within ten seconds, without blocking the shared pool.
  static func isReady(_ descriptor: Int32) async throws -> Bool {
    try await withCheckedThrowingContinuation { continuation in
      do {
        try DetachedThread.start {
          let ready = Readiness.wait(for: descriptor, until: .now + .seconds(10))
          continuation.resume(returning: ready)
        }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  /// How the process ended, once it has.
  static func end(of process: KernelProcess) async throws -> KernelExit? {
    guard try await isReady(process.exitDescriptor) else { return nil }
    return try process.collectExit()
  }

  /// The next line of output, without its line feed; `nil` at its end.
  static func line(from descriptor: Int32) async throws -> String? {
    var bytes: [UInt8] = []
    while try await isReady(descriptor) {
      var byte: UInt8 = 0
      guard read(descriptor, &byte, 1) == 1 else { return nil }
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }

  /// All that is left of an output, up to its end.
  static func text(from descriptor: Int32) async throws -> String {
    var lines: [String] = []
    while let line = try await line(from: descriptor) { lines.append(line) }
    return lines.joined(separator: "\n")
  }

  /// Runs a script to its end.
  static func run(
    _ launch: KernelLaunch
  ) async throws -> (exit: KernelExit?, output: String, errors: String) {
    let launcher = try launcher()
    let process = try await launcher.launch(launch)
    let output = try await text(from: process.standardOutput)
    let errors = try await text(from: process.standardError)
    return (try await end(of: process), output, errors)
  }

  /// A new empty folder, removed after `body`.
  static func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = "/tmp/parley-test-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
  }

  /// Writes a file, and the folders on the way to it.
  static func write(_ text: String, to path: String, executable: Bool = false) throws {
    try FileManager.default.createDirectory(
      atPath: Path.parent(of: path), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    chmod(path, executable ? 0o755 : 0o644)
  }
}

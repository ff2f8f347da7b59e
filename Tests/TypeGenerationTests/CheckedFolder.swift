import Foundation
import Testing
import TypeGeneration

/// A folder with generated types and source that uses them, and a language's own checker.
struct CheckedFolder {
  let path = FileManager.default.temporaryDirectory.appending(path: "parley-types-\(UUID())")

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path()

  init(_ language: TypeLanguage) throws {
    try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
    try write(language.fileName, language.render(SampleInterface.model))
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: path.appending(path: name))
  }

  func remove() { try? FileManager.default.removeItem(at: path) }

  /// Whether a program is on the path.
  static func has(_ program: String) -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").contains { folder in
      FileManager.default.isExecutableFile(atPath: "\(folder)/\(program)")
    }
  }

  static let hasRBS =
    has("ruby")
    && (try? run(["ruby", "-e", "require 'rbs'"], in: FileManager.default.temporaryDirectory))?
      .status == 0

  /// Runs a program in the folder.
  func run(_ arguments: String...) throws -> (status: Int32, output: String) {
    try Self.run(arguments, in: path)
  }

  private static func run(
    _ arguments: [String], in folder: URL
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}

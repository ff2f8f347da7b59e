import Foundation
import KernelProtocol

/// A folder of files with `{{words}}` in their texts and names, from which a new folder is made.
public struct FolderTemplate: Sendable {
  private let folder: String
  private let words: [String: String]

  /// The template in a folder.
  ///
  /// - Parameter words: what stands for each `{{word}}`; a word that is not among them is left as it is.
  public init(folder: String, words: [String: String]) {
    self.folder = folder
    self.words = words
  }

  /// Writes all files into a new folder.
  ///
  /// - Returns: the paths written, relative to `target`.
  /// - Throws: when the folder is there already, or cannot be written.
  public func write(to target: String) throws -> [String] {
    guard !FileManager.default.fileExists(atPath: target) else {
      throw OutcomeError(
        .unavailable, "\(target) is there already: choose another name, or remove it.")
    }
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    return try files.filter { !isFolder($0) }.map { file in
      let path = filled(file)
      try copy(file, to: target + "/" + path)
      return path
    }
  }

  /// A text with the words filled in.
  public func filled(_ text: String) -> String {
    words.reduce(text) { $0.replacing("{{\($1.key)}}", with: $1.value) }
  }

  private func isFolder(_ file: String) -> Bool {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: folder + "/" + file, isDirectory: &isFolder)
    return isFolder.boolValue
  }

  private func copy(_ file: String, to path: String) throws {
    let files = FileManager.default
    let source = folder + "/" + file
    let text = filled(try String(contentsOfFile: source, encoding: .utf8))
    try files.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let mode = try files.attributesOfItem(atPath: source)[.posixPermissions] ?? 0o644
    try files.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }
}

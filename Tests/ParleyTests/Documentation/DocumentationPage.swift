import Foundation
import Testing

/// A page of the documentation.
struct DocumentationPage: Sendable, CustomTestStringConvertible {
  /// Relative to the package's folder, such as `docs/patterns/batching.md`.
  let path: String
  let text: String
  let blocks: [DocumentationBlock]

  var testDescription: String { path }

  /// The project's own README and all pages under `docs`, found and not listed.
  static let all: [DocumentationPage] = {
    let names = FileManager.default.enumerator(atPath: root + "/docs")?.compactMap { $0 as? String }
    let pages = (names ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
    return (["README.md"] + pages).compactMap(DocumentationPage.init)
  }()

  static let patterns = all.filter { $0.path.hasPrefix("docs/patterns/") }

  /// Those with a command whose plugins' languages are on this machine.
  static let runnable = all.filter { page in
    !page.steps.isEmpty
      && page.kernels.allSatisfy { Language(rawValue: $0)?.isInstalled ?? false }
  }

  /// The package's folder.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private init?(_ path: String) {
    guard let text = try? String(contentsOfFile: Self.root + "/" + path, encoding: .utf8) else {
      return nil
    }
    self.path = path
    self.text = text
    blocks = DocumentationBlock.all(in: text)
  }

  var files: [DocumentationBlock] { blocks.filter { $0.file != nil } }

  var steps: [ConsoleStep] {
    blocks.filter { $0.language == "console" }.flatMap { ConsoleStep.all(in: $0.lines) }
  }

  /// The kernels of the page's plugins.
  var kernels: Set<String> {
    let manifests = files.filter { $0.file?.hasSuffix("plugin.json") ?? false }
    return Set(
      manifests.compactMap { block in
        let data = Data(block.lines.joined(separator: "\n").utf8)
        let manifest = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        return manifest?["kernel"] as? String
      })
  }

  /// Writes the files into a folder.
  func write(to folder: String) throws {
    for block in files {
      let file = folder + "/" + (block.file ?? "")
      try FileManager.default.createDirectory(
        atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      let text = block.lines.joined(separator: "\n") + "\n"
      try text.write(toFile: file, atomically: true, encoding: .utf8)
    }
  }
}

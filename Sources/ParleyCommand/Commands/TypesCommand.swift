import ArgumentParser
import Foundation
import Parley
import TypeGeneration

/// `parley types`
struct TypesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "types",
    abstract: "Write the types of the plugins' events and methods, for an editor to check.",
    discussion: """
      The types come from the schemas in the manifests: a wrong payload is an error before anything runs.

      EXAMPLES:
        parley types --language python --plugins plugins --output parley_types.py
        parley types --language node --output parley_types.d.ts
      """)

  @Option(
    name: .shortAndLong, help: "One of \(TypesCommand.languages).",
    completion: .list(TypeLanguage.allCases.map(\.rawValue)), transform: TypesCommand.language)
  var language: TypeLanguage

  @Option(help: "The folder of plugins, or one plugin's.", completion: .directory)
  var plugins = "."

  @Option(name: .shortAndLong, help: "The file to write; without it standard output.")
  var output: String?

  private static let languages = TypeLanguage.allCases.map(\.rawValue).joined(separator: ", ")

  private static func language(_ name: String) throws -> TypeLanguage {
    guard let language = TypeLanguage(rawValue: name) else {
      throw ValidationError("there are types for \(languages)")
    }
    return language
  }

  func run() async throws {
    do {
      let catalog = try ManifestCatalog(folder: plugins)
      for problem in catalog.problems { Terminal.standardError.line("parley: \(problem)") }
      let text = language.render(TypeModel(catalog.entries.map(PluginInterface.init)))
      try write(text)
      if !catalog.problems.isEmpty { throw ExitCode(1) }
    } catch let error as PluginFolderError {
      Terminal.standardError.line("parley: \(error)")
      throw ExitCode(1)
    }
  }

  private func write(_ text: String) throws {
    guard let output else { return Terminal.standardOutput.write(text) }
    do {
      try text.write(toFile: output, atomically: true, encoding: .utf8)
    } catch {
      Terminal.standardError.line(
        "parley: \(output) cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }
}

extension PluginInterface {
  /// What a manifest offers.
  fileprivate init(_ entry: ManifestCatalog.Entry) {
    let manifest = entry.manifest
    let events = entry.source["events"]?["emits"]
    let methods = entry.source["services"]?["provides"]
    self.init(
      plugin: manifest.name,
      events: manifest.emits.map { name, event in
        Event(
          name: name, payload: event.payload?.document,
          summary: events?[name]?["description"]?.stringValue)
      },
      methods: manifest.provides.map { name, method in
        Method(
          name: name, params: method.params?.document, result: method.result?.document,
          isStream: method.isStream,
          summary: methods?[name]?["description"]?.stringValue)
      })
  }
}

import ArgumentParser
import Foundation
import JSONSchema
import Parley

/// `parley schema diff`
struct SchemaDiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Tell what changed between two versions of a schema, and whom it breaks.",
    discussion: """
      Consumers written for the old schema must accept what the new one allows; emitters written for the old one must
      still be allowed by the new. What cannot be shown to be compatible is incompatible.
      Exit status: 0 compatible, 1 incompatible, 2 a schema or file that cannot be used.

      EXAMPLES:
        parley schema diff order-1.schema.json order-2.schema.json
        git show HEAD:order.schema.json | parley schema diff - order.schema.json
      """)

  @Argument(help: "The file with the old schema.", completion: .file())
  var old: String

  @Argument(help: "The file with the new schema.", completion: .file())
  var new: String

  @OptionGroup var options: SchemaReadingOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let printer = SchemaPrinter(isJSON: json)
    do {
      let comparison = try compare()
      printer.show(comparison)
      if !comparison.isCompatible { throw ExitCode(1) }
    } catch let problem as SchemaFileProblem {
      printer.show(problem)
      throw ExitCode(2)
    }
  }

  private func compare() throws(SchemaFileProblem) -> SchemaComparison {
    let files = (old: try SchemaFile(old), new: try SchemaFile(new))
    // Compiled one by one, so that a mistake is told with its file.
    _ = try options.compile(files.old)
    _ = try options.compile(files.new)
    do {
      return try SchemaComparison(
        old: files.old.value, new: files.new.value, options: try options.schemaOptions())
    } catch let error as SchemaError {
      throw files.new.problem(error)
    } catch let problem as SchemaFileProblem {
      throw problem
    } catch {
      throw SchemaFileProblem(path: new, position: nil, reason: "\(error)")
    }
  }
}

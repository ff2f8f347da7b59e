import ArgumentParser
import Foundation
import JSONSchema
import Parley

/// `parley schema check`
struct SchemaCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a schema, and a value against it.",
    discussion: """
      Each violation is a line: where in the value, what was expected, what is there. `-` reads standard input.
      Exit status: 0 valid, 1 invalid, 2 a schema or file that cannot be used.

      EXAMPLES:
        parley schema check order.schema.json
        parley schema check order.schema.json order.json
        parley schema check order.schema.json - < order.json
        parley schema check messages.schema.json --documents specs/schemas
      """)

  @Argument(help: "The file with the schema, of draft 2020-12.", completion: .file())
  var schema: String

  @Argument(help: "The file with the value.", completion: .file())
  var instance: String?

  @OptionGroup var options: SchemaReadingOptions

  @Flag(help: "Demand the formats that `format` names; without it they only describe.")
  var assertFormats = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let printer = SchemaPrinter(isJSON: json)
    do {
      let compiled = try options.compile(schema, assertsFormats: assertFormats)
      let violations = try check(instance, compiled)
      printer.show(violations, schema: schema, instance: instance)
      if !violations.isEmpty { throw ExitCode(1) }
    } catch let problem as SchemaFileProblem {
      printer.show(problem)
      throw ExitCode(2)
    }
  }

  private func check(
    _ path: String?, _ schema: Schema
  ) throws(SchemaFileProblem) -> [SchemaViolation] {
    guard let path else { return [] }
    let frame = FrameBytes(try SchemaFile.bytes(of: path))
    do throws(JSONError) {
      return try schema.violations(in: frame)
    } catch {
      throw SchemaFileProblem(path: path, position: error.position, reason: error.reason)
    }
  }
}

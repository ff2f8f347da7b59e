import ArgumentParser

/// `parley schema`
struct SchemaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract:
      "Check JSON Schemas and values, and compare two versions of a schema, and accept a change of a plugin's.",
    discussion: """
      EXAMPLES:
        parley schema check order.schema.json order.json
        parley schema diff old.schema.json new.schema.json
        parley schema accept shop --plugins plugins/
      """,
    subcommands: [SchemaCheckCommand.self, SchemaDiffCommand.self, SchemaAcceptCommand.self])
}

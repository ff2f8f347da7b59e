import GRDB
import KernelProtocol

import struct Foundation.Data

extension Store {
  /// The schemas that each plugin of a tenant was loaded with last, by the plugins' names.
  public func rememberedSchemas(
    tenant: String
  ) async throws(StoreError) -> [String: [RememberedSchema]] {
    try await read("read the schemas of plugins") { database in
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT plugin, subject, name, version, document FROM schemas WHERE tenant = ?",
        arguments: [tenant])
      var schemas: [String: [RememberedSchema]] = [:]
      for row in rows {
        guard let subject = RememberedSchema.Subject(rawValue: row["subject"]) else { continue }
        let document: Data = row["document"]
        schemas[row["plugin"], default: []].append(
          RememberedSchema(
            subject, of: row["name"], version: row["version"],
            document: try JSONParser().parse([UInt8](document))))
      }
      return schemas
    }
  }

  /// Remembers what a plugin is loaded with, in the place of what it was loaded with before; returns at once.
  ///
  /// - Parameter then: called once it is on the disk, or with the error, on SQLite's queue.
  public func remember(
    _ schemas: [RememberedSchema], of plugin: String, tenant: String,
    then: @escaping @Sendable (Result<Void, StoreError>) -> Void
  ) {
    writes.submit(
      WriteJob(operation: "remember the schemas of \(plugin)", isDurable: false) { database in
        try database.execute(
          sql: "DELETE FROM schemas WHERE tenant = ? AND plugin = ?", arguments: [tenant, plugin])
        for schema in schemas {
          try database.execute(
            sql: """
              INSERT INTO schemas (tenant, plugin, subject, name, version, document)
              VALUES (?, ?, ?, ?, ?, ?)
              """,
            arguments: [
              tenant, plugin, schema.subject.rawValue, schema.name, schema.version,
              Data(schema.document.description.utf8),
            ])
        }
        return { then(.success(())) }
      } fail: {
        then(.failure($0))
      })
  }
}

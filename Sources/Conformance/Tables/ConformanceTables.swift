import KernelProtocol

/// All that the suite is made of and that is not Swift: roles, cases, vectors and where the snippets are.
public struct ConformanceTables: Sendable {
  /// The folder with `roles.json`, `cases/` and `kernels/`.
  let folder: String
  let roles: [String: Role]
  let tables: [CaseTable]
  let vectors: ValueVectors

  /// Reads the tables in a folder of specifications.
  ///
  /// - Parameter specs: has `conformance/` and `vectors/values.json`.
  public init(specs: String) throws(TableError) {
    folder = specs + "/conformance"
    roles = try Self.roles(folder + "/roles.json")
    vectors = try ValueVectors(try TableFile.read(specs + "/vectors/values.json"))
    let names = TableFile.names(in: folder + "/cases", ending: ".json")
    guard !names.isEmpty else {
      throw TableError(place: folder + "/cases", message: "there are no tables of cases")
    }
    var tables: [CaseTable] = []
    for name in names {
      tables.append(try CaseTable(try TableFile.read("\(folder)/cases/\(name)"), file: name))
    }
    self.tables = tables
    try checkRoles()
  }

  private static func roles(_ path: String) throws(TableError) -> [String: Role] {
    var roles: [String: Role] = [:]
    for member in try TableObject(try TableFile.read(path), at: path).object {
      roles[member.key] = try Role(member.value, at: "\(path), \(member.key)")
    }
    return roles
  }

  private func checkRoles() throws(TableError) {
    for table in tables {
      for plugin in table.cases.flatMap(\.plugins) where roles[plugin.role] == nil {
        throw TableError(
          place: table.name, message: "there is no role \"\(plugin.role)\" in roles.json")
      }
    }
  }
}

import KernelProtocol

/// One file of `cases/`: cases that share their plugins, which are started once for all of them.
struct CaseTable: Sendable {
  /// The file's name without its number and ending.
  let name: String
  let spread: Spread
  let plugins: [PluginEntry]
  let cases: [ConformanceCase]

  private static let keys: Set<String> = ["about", "kernels", "plugins", "cases"]

  /// Reads a table.
  ///
  /// - Parameter file: such as `20-errors.json`.
  init(_ value: JSONValue, file: String) throws(TableError) {
    let table = try TableObject(value, at: file, keys: Self.keys)
    name = String(file.drop { $0.isNumber || $0 == "-" }.prefix { $0 != "." })
    guard let spread = Spread(rawValue: try table.text("kernels")) else {
      throw TableError(place: file, message: "\"kernels\" is \"each\", \"pairs\" or \"circle\"")
    }
    self.spread = spread
    plugins = try PluginEntry.list(try table.members("plugins"), at: file)
    var cases: [ConformanceCase] = []
    for (index, value) in try table.list("cases").enumerated() {
      let place = "\(file), case \(index + 1)"
      let item = try ConformanceCase(value, at: place, sharing: plugins)
      guard !cases.contains(where: { $0.name == item.name }) else {
        throw TableError(place: place, message: "another case is named \"\(item.name)\"")
      }
      cases.append(item)
    }
    self.cases = cases
  }
}

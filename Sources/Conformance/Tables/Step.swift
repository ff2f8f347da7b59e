import KernelProtocol

/// One step of a case: something done or waited for, and what is expected of it.
///
/// Texts of the form `${a.file}` are filled in when it is run; until then its parts are JSON.
struct Step: Sendable {
  let action: Action
  /// The name by which later steps know it; it is then begun and not waited for.
  let name: String?
  /// Values to run it for, one after the other, each as `${item}`; or the name of a list of vectors.
  let each: JSONValue?
  /// The name under which later steps of the case have its value.
  let saved: String?
  let expectation: Expectation
  /// Where it is in the tables.
  let place: String

  private static let keys: Set<String> = [
    "as", "each", "expect", "params", "bytes", "timeout", "take", "payload", "plugin", "count",
    "rest", "save",
  ]

  /// Reads one entry of `steps`.
  init(_ value: JSONValue, at place: String) throws(TableError) {
    let table = try TableObject(value, at: place, keys: Self.keys.union(Action.keys))
    self.place = place
    name = try table.optionalText("as")
    each = table["each"]
    saved = try table.optionalText("save")
    action = try Action(table)
    expectation = try Expectation(table["expect"] ?? [:], at: place + ", expect")
  }
}

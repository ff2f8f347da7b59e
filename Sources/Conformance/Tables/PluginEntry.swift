import KernelProtocol

/// A plugin that takes part in a case.
struct PluginEntry: Sendable, Equatable {
  let name: String
  let role: String
  /// Which of the kernels of a round hosts it: 0 is the one that is examined.
  let slot: Int
  /// As in a manifest; nil for the default, serial.
  let mailbox: JSONValue?
  /// What it may call, when that is less than everything.
  let calls: [String]?
  /// What it may subscribe to, when that is not what its role says.
  let subscribes: [String]?

  /// The values of its settings, as in the host's configuration; nil for none.
  let settings: JSONValue?

  /// Its extension points and contributions, as in a manifest.
  let extensions: JSONValue?

  private static let keys: Set<String> = [
    "role", "kernel", "mailbox", "calls", "subscribes", "extensions", "settings",
  ]
  private static let slots = ["first", "second", "third", "fourth", "fifth"]

  /// Reads one entry of `plugins`.
  init(_ name: String, _ value: JSONValue, at place: String) throws(TableError) {
    let table = try TableObject(value, at: place, keys: Self.keys)
    self.name = name
    role = try table.text("role")
    mailbox = table["mailbox"]
    extensions = table["extensions"]
    settings = table["settings"]
    calls = table["calls"] == nil ? nil : try table.texts("calls")
    subscribes = table["subscribes"] == nil ? nil : try table.texts("subscribes")
    let kernel = try table.optionalText("kernel") ?? "first"
    guard let slot = Self.slots.firstIndex(of: kernel) else {
      throw TableError(
        place: place, message: "\"kernel\" is one of \(Self.slots.joined(separator: ", "))")
    }
    self.slot = slot
  }

  /// Reads `plugins`.
  static func list(_ members: JSONObject, at place: String) throws(TableError) -> [PluginEntry] {
    var entries: [PluginEntry] = []
    for member in members {
      entries.append(
        try PluginEntry(member.key, member.value, at: "\(place).plugins.\(member.key)"))
    }
    return entries
  }
}

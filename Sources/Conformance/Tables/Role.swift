import KernelProtocol

/// What a plugin of the suite does; each kernel has a snippet for each role.
struct Role: Sendable {
  /// What it is for, in a sentence.
  let about: String
  /// The methods by their short names, as the manifest declares them.
  let provides: JSONObject
  /// The events that it owns by their short names, as the manifest declares them.
  let emits: JSONObject
  /// The patterns of events that it may subscribe to.
  let subscribes: [String]

  /// JSON Schema of its settings; nil for none.
  let settings: JSONValue?

  /// Reads one entry of `roles.json`.
  init(_ value: JSONValue, at place: String) throws(TableError) {
    let table = try TableObject(
      value, at: place, keys: ["about", "provides", "emits", "subscribes", "settings"])
    about = try table.text("about")
    provides = try table.members("provides")
    emits = try Self.events(in: table)
    subscribes = try table.texts("subscribes")
    settings = table["settings"]
  }

  /// The manifest of a plugin of that role.
  func manifest(of plugin: PluginEntry, kernel: String, main: String) -> JSONValue {
    let name = plugin.name
    let methods = provides.map { ("\(name).\($0.key)", Self.declaration($0.value)) }
    let events = emits.map { ("\(name):\($0.key)", $0.value) }
    var manifest: JSONObject = [
      "name": .string(name), "version": "1.0.0", "kernel": .string(kernel), "main": .string(main),
      "services": [
        "provides": .object(JSONObject(methods)), "calls": JSONValue(plugin.calls ?? ["**"]),
      ],
      "events": [
        "emits": .object(JSONObject(events)),
        "subscribes": JSONValue(plugin.subscribes ?? subscribes),
      ],
    ]
    manifest["mailbox"] = plugin.mailbox
    manifest["extensions"] = plugin.extensions
    manifest["settings"] = settings
    return .object(manifest)
  }

  /// A list of names, or an object when there is more to say than a name.
  private static func events(in table: TableObject) throws(TableError) -> JSONObject {
    guard table["emits"]?.arrayValue == nil else {
      return JSONObject(try table.texts("emits").map { ($0, .object([:])) })
    }
    return try table.members("emits")
  }

  /// What a manifest may say of a method; `about` is for those who write a snippet.
  private static func declaration(_ method: JSONValue) -> JSONValue {
    var declaration = JSONObject()
    for key in ["stream", "interleave"] { declaration[key] = method[key] }
    return .object(declaration)
  }
}

public import KernelProtocol

extension PluginManifest {
  private static let keys = [
    "$schema", "name", "version", "description", "author", "license", "homepage", "kernel", "main",
    "events", "services", "extensions", "mailbox", "requires", "required", "permissions",
    "settings", "environment",
  ]

  /// Reads a manifest, strictly: what is not known is refused with the nearest right name.
  ///
  /// - Parameter isAttached: whether Parley does not start it, so that it need not name a kernel and a file.
  /// - Throws: the first problem, with its place.
  public init(reading value: JSONValue, isAttached: Bool = false) throws(ManifestProblem) {
    let top = try ManifestObject(value, at: JSONPointer(), keys: Self.keys)
    self.init(
      name: try Self.name(in: top),
      version: try top.text("version", for: "such as \"1.0.0\""),
      kernel: isAttached && top.object["kernel"] == nil
        ? "" : try top.text("kernel", for: "the kernel that runs it, such as \"python\""),
      main: isAttached && top.object["main"] == nil ? "" : try Self.main(in: top))
    for key in ["$schema", "description", "author", "license", "homepage"]
    where top.object[key] != nil {
      _ = try top.text(key, for: "leave it out if there is nothing to say")
    }
    try readEvents(top)
    try readServices(top)
    try readExtensions(top)
    mailbox = try Self.mailbox(in: top)
    requires = try top.texts("requires").map(\.text)
    isRequired = try top.flag("required")
    permissions = try PermissionName.patterns(try top.texts("permissions"))
    settings = try top.schema("settings")
    try readEnvironment(top)
  }

  private static func name(in top: ManifestObject) throws(ManifestProblem) -> String {
    let name = try top.text("name", for: "the plugin's name, such as \"pricing\"")
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isPlain, name.utf8.count <= 64 else {
      throw ManifestProblem(
        top.pointer.appending("name"),
        "a plugin's name is at most 64 letters, digits, \"-\" and \"_\"")
    }
    return name
  }

  private static func main(in top: ManifestObject) throws(ManifestProblem) -> String {
    let main = try top.text("main", for: "the file to load, such as \"pricing.py\"")
    guard !main.hasPrefix("/"), !main.split(separator: "/").contains("..") else {
      throw ManifestProblem(
        top.pointer.appending("main"), "\"main\" must lie in the plugin's folder")
    }
    return main
  }

  private static func mailbox(in top: ManifestObject) throws(ManifestProblem) -> MailboxMode {
    guard let value = top.object["mailbox"] else { return .serial }
    let problem = ManifestProblem(
      top.pointer.appending("mailbox"),
      "a mailbox is \"serial\" or {\"concurrent\": n} with n from 1")
    if value.stringValue == "serial" { return .serial }
    guard let width = value["concurrent"]?.intValue, width >= 1, value.objectValue?.count == 1
    else {
      throw problem
    }
    return .concurrent(width)
  }

  private mutating func readEvents(_ top: ManifestObject) throws(ManifestProblem) {
    guard let events = try top.child("events", keys: ["emits", "subscribes"]) else { return }
    if let emitted = try events.child("emits", keys: nil) {
      for member in emitted.object {
        let place = emitted.pointer.appending(member.key)
        try Self.checkExact(member.key, .event, at: place)
        emits[member.key] = try Event(reading: member.value, at: place)
      }
    }
    subscribes = try Self.patterns(try events.texts("subscribes"), .event)
  }

  private mutating func readServices(_ top: ManifestObject) throws(ManifestProblem) {
    guard let services = try top.child("services", keys: ["provides", "calls"]) else { return }
    if let provided = try services.child("provides", keys: nil) {
      for member in provided.object {
        let place = provided.pointer.appending(member.key)
        try Self.checkExact(member.key, .method, at: place)
        provides[member.key] = try Self.method(member.value, at: place)
      }
    }
    calls = try Self.patterns(try services.texts("calls"), .method)
  }

  private static func method(
    _ value: JSONValue, at place: JSONPointer
  ) throws(ManifestProblem) -> Method {
    let keys = ["params", "result", "stream", "interleave", "policy", "description"]
    let method = try ManifestObject(value, at: place, keys: keys)
    let read = Method(
      params: try method.schema("params"), result: try method.schema("result"),
      isStream: try method.flag("stream"), interleaves: try method.flag("interleave"),
      policy: try method.choice("policy"))
    guard read.policy != .broadcast || !read.isStream else {
      throw ManifestProblem(
        place.appending("policy"),
        "a stream comes from one provider: choose another policy than \"broadcast\"")
    }
    return read
  }

  private mutating func readEnvironment(_ top: ManifestObject) throws(ManifestProblem) {
    guard let chosen = try top.child("environment", keys: nil) else { return }
    for key in chosen.object.keys {
      environment[key] = try chosen.text(key, for: "a path, relative to the plugin's folder")
    }
  }

  private static func patterns(
    _ texts: [(text: String, pointer: JSONPointer)], _ kind: NameKind
  ) throws(ManifestProblem) -> [NamePattern] {
    var patterns: [NamePattern] = []
    for (text, pointer) in texts {
      do { patterns.append(try NamePattern(text, kind)) } catch {
        throw ManifestProblem(pointer, error.description)
      }
    }
    return patterns
  }

  /// Checks that a name has no wildcard.
  static func checkExact(
    _ name: String, _ kind: NameKind, at pointer: JSONPointer
  ) throws(ManifestProblem) {
    let pattern = try patterns([(name, pointer)], kind)[0]
    guard pattern.isName else {
      throw ManifestProblem(pointer, "what a plugin offers has one name: \"*\" is for patterns")
    }
  }
}

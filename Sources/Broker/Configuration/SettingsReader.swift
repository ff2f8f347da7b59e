import JSONSchema
public import KernelProtocol

/// Makes of the values that the host gives a plugin what the plugin gets: secrets in their places, defaults where nothing is
/// given, all of it as the manifest's schema wants it.
public struct SettingsReader {
  private let manifest: PluginManifest
  private let secrets: [String: Secret]
  /// Where secrets were put, so that no message shows one.
  private var places: [JSONPointer: String] = [:]

  /// The one key of an object that stands for a secret.
  private static let reference = "$secret"

  /// - Parameter secrets: by their names in the host's configuration.
  public init(_ manifest: PluginManifest, secrets: [String: Secret]) {
    self.manifest = manifest
    self.secrets = secrets
  }

  /// - Parameter given: nil when the host says nothing of the plugin.
  /// - Throws: the first problem, with its place in the host's configuration.
  public mutating func read(_ given: JSONValue?) throws(ManifestProblem) -> JSONObject {
    let place = HostConfiguration.settingsPlace(of: manifest.name)
    guard let declared = manifest.settings else {
      guard let given, given.objectValue?.isEmpty == false else { return [:] }
      throw ManifestProblem(
        place,
        "the plugin \(manifest.name) has no settings: take them out, or declare \"settings\" in its plugin.json"
      )
    }
    let schema = SettingsSchema(declared.document)
    let value = try complete(given ?? [:], schema.root, schema, at: place)
    try check(value, declared, place)
    return value.objectValue ?? [:]
  }

  private mutating func complete(
    _ value: JSONValue, _ schemas: [JSONValue], _ schema: SettingsSchema, at place: JSONPointer
  ) throws(ManifestProblem) -> JSONValue {
    if let name = value[Self.reference] { return try secret(name, in: value, at: place) }
    guard !SettingsSchema.isSecret(schemas) || value.isNull else {
      throw ManifestProblem(
        place,
        "\(place) is a secret (\"writeOnly\" in the plugin's schema) and is never written here: say "
          + "{\"\(Self.reference)\": \"NAME\"}, and where NAME comes from in \"secrets\"")
    }
    switch value {
    case .object(let object):
      var completed = JSONObject()
      for member in object {
        completed[member.key] = try complete(
          member.value, schema.member(member.key, of: schemas), schema,
          at: place.appending(member.key))
      }
      for (key, value) in SettingsSchema.defaults(of: schemas) where completed[key] == nil {
        completed[key] = value
      }
      return .object(completed)
    case .array(let array):
      var completed: [JSONValue] = []
      for (index, element) in array.enumerated() {
        completed.append(
          try complete(
            element, schema.element(index, of: schemas), schema, at: place.appending(index)))
      }
      return .array(completed)
    default: return value
    }
  }

  private mutating func secret(
    _ reference: JSONValue, in value: JSONValue, at place: JSONPointer
  ) throws(ManifestProblem) -> JSONValue {
    guard let name = reference.stringValue, value.objectValue?.count == 1 else {
      throw ManifestProblem(
        place, "a secret is referred to by {\"\(Self.reference)\": \"NAME\"}, with nothing beside")
    }
    switch secrets[name] {
    case .value(let text):
      places[place] = name
      return .string(text)
    case .missing(let reason):
      throw ManifestProblem(place, "the secret \(name) cannot be had: \(reason)")
    case nil:
      let hint =
        NearestNames.best(name, among: secrets.keys).map { "did you mean \"\($0)\"?" }
        ?? "say in \"secrets\" where it comes from"
      throw ManifestProblem(place, "there is no secret \"\(name)\"; \(hint)")
    }
  }

  private func check(
    _ value: JSONValue, _ declared: DeclaredSchema, _ place: JSONPointer
  ) throws(ManifestProblem) {
    let violations = (try? declared.schema.violations(in: FrameBytes(json: value))) ?? []
    guard let first = violations.first else { return }
    let pointer = JSONPointer(place.tokens + first.instance.tokens)
    let got = places[pointer].map { "what the secret \($0) holds" } ?? first.got
    let more = violations.count > 1 ? " (and \(violations.count - 1) more)" : ""
    throw ManifestProblem(
      pointer,
      "\(pointer): expected \(first.expected), got \(got)\(more); the plugin's plugin.json has the schema"
    )
  }
}

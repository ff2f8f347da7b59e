import KernelProtocol

/// Where a secret comes from; its value never stands in the host's configuration itself.
public enum SecretSource: Equatable, Sendable {
  /// A variable of the orchestrator's environment.
  case environment(String)
  /// A file, seen from the folder of the configuration; one line end after its last line does not count.
  case file(String)

  init(reading value: JSONValue, at place: JSONPointer) throws(ManifestProblem) {
    guard value.stringValue == nil else {
      throw ManifestProblem(
        place,
        "a secret is never written here: say {\"environment\": \"VARIABLE\"} or {\"file\": \"PATH\"}"
      )
    }
    let source = try ManifestObject(value, at: place, keys: ["environment", "file"])
    switch (source.object["environment"], source.object["file"]) {
    case (.some, nil):
      self = .environment(try source.text("environment", for: "the name of a variable"))
    case (nil, .some): self = .file(try source.text("file", for: "the path of a file"))
    default:
      throw ManifestProblem(
        place, "a secret has one source: {\"environment\": \"VARIABLE\"} or {\"file\": \"PATH\"}")
    }
  }
}

import KernelProtocol

/// What the host wants otherwise in launching a kernel than its kernelspec says.
public struct KernelOverride: Equatable, Sendable {
  /// The program that takes the place of the first argument; an `environment` of a plugin's manifest goes before it.
  public var interpreter: String?
  /// Variables that the kernel gets besides those it inherits, or instead of them.
  public var environment: [String: String] = [:]

  init(reading value: JSONValue, at place: JSONPointer) throws(ManifestProblem) {
    let override = try ManifestObject(value, at: place, keys: ["interpreter", "environment"])
    if override.object["interpreter"] != nil {
      interpreter = try override.text("interpreter", for: "such as \"/opt/python/bin/python3\"")
    }
    guard let variables = try override.child("environment", keys: nil) else { return }
    for member in variables.object {
      guard let text = member.value.stringValue else {
        throw ManifestProblem(
          variables.pointer.appending(member.key), "the value of a variable is text")
      }
      environment[member.key] = text
    }
  }
}

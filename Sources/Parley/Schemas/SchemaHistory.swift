import Broker
import JSONSchema
import KernelProtocol
import Store

/// What a plugin was loaded with before, to see whether those who rely on it can go on with what it says now.
struct SchemaHistory {
  private let before: [RememberedSchema]

  init(_ before: [RememberedSchema]) { self.before = before }

  /// The first change of an event or a method that breaks those who use it, unless the plugin's version says that it may: a new
  /// major version, or one that begins with 0 (Semantic Versioning 2.0.0, §4 and §8).
  ///
  /// - Parameter folder: the plugins' folder, to say how to accept the change.
  func incompatibility(
    of manifest: PluginManifest, in folder: String
  ) -> ManifestProblem? {
    guard let major = Self.major(manifest.version), major != "0" else { return nil }
    for schema in manifest.schemas.sorted(by: {
      Self.place($0).description < Self.place($1).description
    }) {
      guard
        let old = before.first(where: { $0.subject == schema.subject && $0.name == schema.name }),
        Self.major(old.version) == major, old.document != schema.document,
        let change = Self.breakingChange(from: old, to: schema)
      else { continue }
      return Self.problem(change, from: old, to: schema, manifest, folder)
    }
    return nil
  }

  /// The part of a version before its first point; nil when that is no number, and nothing can be said.
  private static func major(_ version: String) -> String? {
    let major = version.prefix { $0 != "." }
    return Int(major).map(String.init)
  }

  /// What the plugin sends must be what its consumers accept; what it is sent must be what it accepts.
  private static func breakingChange(
    from old: RememberedSchema, to new: RememberedSchema
  ) -> SchemaChange? {
    let parties: SchemaChange.Parties = new.subject == .params ? .emitters : .consumers
    let comparison = try? SchemaComparison(old: old.document, new: new.document)
    return comparison?.changes.first { !$0.breaks.isDisjoint(with: parties) }
  }

  private static func problem(
    _ change: SchemaChange, from old: RememberedSchema, to new: RememberedSchema,
    _ manifest: PluginManifest, _ folder: String
  ) -> ManifestProblem {
    let certainty = change.isCertain ? "breaks" : "may break"
    let next = (Int(major(manifest.version) ?? "") ?? 0) + 1
    return ManifestProblem(
      JSONPointer(place(new).tokens + change.pointer.tokens),
      "\(subject(new)) has changed since version \(old.version) in a way that \(certainty) \(users(new)): "
        + "at \(place(new))\(change.pointer), \(change.summary). "
        + "Raise the major version (\"version\": \"\(next).0.0\"), or accept the change: "
        + "parley schema accept \(manifest.name) --plugins \(folder)")
  }

  private static func place(_ schema: RememberedSchema) -> JSONPointer {
    switch schema.subject {
    case .payload: JSONPointer(["events", "emits", schema.name, "payload"])
    case .params, .result:
      JSONPointer(["services", "provides", schema.name, schema.subject.rawValue])
    }
  }

  private static func subject(_ schema: RememberedSchema) -> String {
    switch schema.subject {
    case .payload: "the payload of the event \(schema.name)"
    case .params: "what the method \(schema.name) takes"
    case .result: "what the method \(schema.name) gives"
    }
  }

  private static func users(_ schema: RememberedSchema) -> String {
    switch schema.subject {
    case .payload: "those who subscribe to it"
    case .params, .result: "those who call it"
    }
  }
}

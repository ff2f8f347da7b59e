/// What a plugin says of itself, shared by the copies that the broker hands about.
final class PluginDeclaration: Sendable {
  let manifest: PluginManifest
  /// The absolute path of its folder.
  let folder: String

  init(_ manifest: PluginManifest, folder: String) {
    self.manifest = manifest
    self.folder = folder
  }
}

extension Plugin {
  var manifest: PluginManifest { declaration.manifest }
  var folder: String { declaration.folder }
}

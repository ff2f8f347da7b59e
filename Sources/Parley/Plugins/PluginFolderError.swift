/// Why a folder of plugins cannot be used at all.
public enum PluginFolderError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(String)
  case empty(String)

  public var description: String {
    switch self {
    case .missing(let path): "There is no folder \(path)."
    case .empty(let path):
      "There is no plugin in \(path): a plugin is a folder with a plugin.json. "
        + "`parley new plugin NAME --kernel python` makes one."
    }
  }
}

/// Why a plugin cannot run: in which file, where in it, and how to mend it.
public struct PluginProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// The plugin's name when it is known, else that of its folder.
  public let plugin: String
  public let file: String
  /// The line, counted from 1, when the problem has a place.
  public let line: Int?
  /// The column, counted from 1.
  public let column: Int?
  public let message: String

  /// `FILE:LINE:COLUMN: message`, as compilers write it.
  public var description: String {
    let place = [line, column].compactMap { $0 }.map { ":\($0)" }.joined()
    return "\(file)\(place): \(message)"
  }
}

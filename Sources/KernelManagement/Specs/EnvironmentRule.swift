/// How one key of a manifest's `environment` is applied.
public enum EnvironmentRule: Sendable, Equatable {
  /// The interpreter is this path inside the named folder, or the named path itself when that is an
  /// executable file.
  case interpreter(String)

  /// A variable is set to the named path.
  ///
  /// - suffix: Appended to the path, such as `lib/perl5`.
  /// - separator: Between several paths, each made absolute by itself, such as `;` in `LUA_PATH`.
  case variable(String, suffix: String?, separator: String?)
}

extension EnvironmentRule: Decodable {
  private enum CodingKeys: String, CodingKey {
    case interpreter, variable, suffix, separator
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let interpreter = try values.decodeIfPresent(String.self, forKey: .interpreter)
    let variable = try values.decodeIfPresent(String.self, forKey: .variable)
    switch (interpreter, variable) {
    case (let interpreter?, nil):
      self = .interpreter(interpreter)
    case (nil, let variable?):
      self = .variable(
        variable, suffix: try values.decodeIfPresent(String.self, forKey: .suffix),
        separator: try values.decodeIfPresent(String.self, forKey: .separator))
    default:
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "a rule has either \"interpreter\" or \"variable\""))
    }
  }
}

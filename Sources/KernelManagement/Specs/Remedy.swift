/// What mends a missing part, by family of operating system: `debian`, or `any` for the others.
public struct Remedy: Sendable, Equatable {
  private let commands: [String: String]

  public init(_ commands: [String: String]) {
    self.commands = commands
  }

  /// The command for `family`, else what is said for any system.
  public func command(for family: OperatingSystemFamily) -> String? {
    commands[family.rawValue] ?? commands["any"]
  }
}

extension Remedy: Decodable {
  public init(from decoder: any Decoder) throws {
    self.init(try [String: String](from: decoder))
  }
}

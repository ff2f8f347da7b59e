import Foundation

/// What a running orchestrator tells about itself in its runtime folder; never a key.
public struct OrchestratorRecord: Sendable, Equatable, Codable {
  public let pid: Int32

  /// The path of the socket that commands are sent to.
  public let control: String

  /// The folder whose plugins it runs.
  public let plugins: String

  /// When it started: ISO 8601, UTC.
  public let started: String

  public init(pid: Int32, control: String, plugins: String, started: String) {
    self.pid = pid
    self.control = control
    self.plugins = plugins
    self.started = started
  }

  /// The name of the file in the runtime folder.
  static let fileName = "orchestrator.json"

  /// The record in `folder`; `nil` when there is none yet or it is not whole.
  static func read(in folder: String) -> OrchestratorRecord? {
    guard let bytes = TextFile.bytes("\(folder)/\(fileName)") else { return nil }
    return try? JSONDecoder().decode(OrchestratorRecord.self, from: Data(bytes))
  }

  var bytes: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
  }
}

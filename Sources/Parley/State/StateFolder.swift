import Crypto
import Foundation
import KernelManagement

/// Where databases are kept: one file for each folder of plugins, so that what they stored is there when they run again.
public struct StateFolder: Sendable {
  /// Absolute.
  public let path: String

  /// `$PARLEY_STATE_DIR`, else `$XDG_STATE_HOME/parley`, else `~/.local/state/parley`.
  public init(environment: [String: String]) {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : Path.absolute($0) }
    }
    path =
      value("PARLEY_STATE_DIR") ?? value("XDG_STATE_HOME").map { $0 + "/parley" }
      ?? (value("HOME") ?? NSHomeDirectory()) + "/.local/state/parley"
  }

  /// The database of a folder of plugins, made or not: the folder's name, and a hash of its whole path.
  public func database(forPlugins folder: String) -> String {
    let whole = URL(fileURLWithPath: folder).resolvingSymlinksInPath().standardizedFileURL
    let hash = SHA256.hash(data: Data(whole.path.utf8)).prefix(6)
    let name = whole.lastPathComponent.unicodeScalars.map { scalar in
      CharacterSet.alphanumerics.contains(scalar) && scalar.isASCII ? String(scalar) : "-"
    }
    let digits = hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
    return "\(path)/\(name.prefix(40).joined())-\(digits.joined()).\(Self.fileExtension)"
  }

  /// The database that was written last; nil when there is none.
  public var latestDatabase: String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let files = names.filter { $0.hasSuffix("." + Self.fileExtension) }.map { "\(path)/\($0)" }
    return files.max { Self.lastWrite($0) < Self.lastWrite($1) }
  }

  private static let fileExtension = "sqlite"

  /// What was written last may still be in the write-ahead log.
  private static func lastWrite(_ file: String) -> Date {
    [file, file + "-wal"].map { file in
      let attributes = try? FileManager.default.attributesOfItem(atPath: file)
      return attributes?[.modificationDate] as? Date ?? .distantPast
    }.max() ?? .distantPast
  }
}

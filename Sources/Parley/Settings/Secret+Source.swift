import Broker
import Foundation
import KernelManagement

extension Secret {
  /// The bytes that a secret has at least: a shorter one would be found everywhere in what plugins write, and could not be
  /// kept out of logs.
  static let minimumLength = 4
  /// The bytes that it has at most.
  private static let maximumLength = 65_536

  /// Gets a secret from where it is kept.
  ///
  /// - Parameter folder: from which the path of a file is seen.
  init(_ source: SecretSource, folder: String, environment: [String: String]) {
    switch source {
    case .environment(let name):
      guard let text = environment[name] else {
        self = .missing("the environment has no variable \(name)")
        return
      }
      self.init(text, from: "the variable \(name)")
    case .file(let name):
      let path = Path.absolute(name, in: folder)
      guard let data = FileManager.default.contents(atPath: path) else {
        self = .missing("the file \(path) cannot be read")
        return
      }
      guard let text = String(bytes: data, encoding: .utf8) else {
        self = .missing("the file \(path) is not UTF-8 text")
        return
      }
      self.init(Self.withoutLineEnd(text), from: "the file \(path)")
    }
  }

  private init(_ text: String, from source: String) {
    let count = text.utf8.count
    self =
      switch count {
      case 0: .missing("\(source) is empty")
      case ..<Self.minimumLength:
        .missing(
          "\(source) holds \(count) bytes, and one of less than \(Self.minimumLength) cannot be kept out of logs"
        )
      case ...Self.maximumLength: .value(text)
      default: .missing("\(source) holds \(count) bytes, and \(Self.maximumLength) is the limit")
      }
  }

  private static func withoutLineEnd(_ text: String) -> String {
    text.last.map { $0 == "\n" || $0 == "\r\n" } == true ? String(text.dropLast()) : text
  }
}

import Foundation

/// A folder for the files and ipc sockets of one test, which goes when the test does.
final class TemporaryFolder {
  private let url: URL

  init() throws {
    // Short, because an ipc path has 107 bytes at most.
    let name = "zmq-" + UUID().uuidString.prefix(8)
    url = FileManager.default.temporaryDirectory.appending(path: name)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// An ipc endpoint in the folder.
  func endpoint(_ name: String = "socket") -> String { "ipc://" + path(name) }

  /// The path of a file in the folder.
  func path(_ name: String) -> String { url.appending(path: name).path }
}

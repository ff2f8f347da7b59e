import Foundation
import Glibc

/// The folder in which one orchestrator keeps its sockets, closed to other users, and which goes
/// with it.
public final class RuntimeFolder: Sendable {
  /// The longest path of a Unix socket, in bytes, without the NUL (sun_path in unix(7)).
  static let longestSocketPath = 107

  /// The longest name that a socket of the orchestrator has, in bytes.
  static let longestSocketName = 16

  /// Absolute.
  public let path: String

  private let lock: FolderLock

  /// Makes a folder with a short random name, after clearing away those of orchestrators that died.
  ///
  /// - Throws: ``KernelManagementError/Code/runtimeFolder`` when the parent is not the user's own, is
  ///   open to others, or has too long a path for a socket in it.
  public convenience init(environment: [String: String]) throws(KernelManagementError) {
    try self.init(in: RuntimeRoot(environment: environment))
  }

  init(in root: RuntimeRoot) throws(KernelManagementError) {
    let path = "\(root.path)/\(Self.randomName())"
    try Self.checkLength(path)
    try root.prepare()
    // No other orchestrator may take a folder for dead that is not locked yet.
    let rootLock = try FolderLock(waitingFor: root.path)
    Self.removeStale(in: root)
    try SystemCall.check("make the runtime folder \(path)", code: .runtimeFolder) {
      mkdir(path, 0o700)
    }
    lock = try FolderLock(waitingFor: path)
    self.path = path
    _ = consume rootLock
  }

  deinit {
    remove()
  }

  /// The path of a socket in the folder, at most 107 bytes long.
  public func socketPath(_ name: String) throws(KernelManagementError) -> String {
    let socket = "\(path)/\(name)"
    guard socket.utf8.count <= Self.longestSocketPath else { throw Self.tooLong(socket) }
    return socket
  }

  /// Tells `parley ps` and the commands that this orchestrator runs.
  public func write(_ record: OrchestratorRecord) throws(KernelManagementError) {
    let file = "\(path)/\(OrchestratorRecord.fileName)"
    do {
      try Data(try record.bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch {
      throw KernelManagementError(
        .runtimeFolder, operation: "write \(file)", cause: error.localizedDescription,
        advice: "Check that the file system is not full.")
    }
  }

  /// Removes the folder and everything in it. May be called twice.
  public func remove() {
    Self.removeTree(path)
  }

  /// The orchestrators of this user that run now, the oldest first.
  public static func running(environment: [String: String]) -> [OrchestratorRecord] {
    let root = RuntimeRoot(environment: environment)
    guard (try? root.check()) != nil else { return [] }
    let records = root.folders.filter(FolderLock.isHeld).compactMap(OrchestratorRecord.read)
    return records.sorted { $0.started < $1.started }
  }

  private static func removeStale(in root: RuntimeRoot) {
    for folder in root.folders where !FolderLock.isHeld(folder) { removeTree(folder) }
  }

  private static func removeTree(_ folder: String) {
    // What cannot be removed now is stale, and is tried again by the next orchestrator.
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Eight characters, 40 bits: short, and enough that two orchestrators do not meet.
  private static func randomName() -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz234567")
    return String((0..<8).map { _ in letters[Int.random(in: 0..<letters.count)] })
  }

  private static func checkLength(_ folder: String) throws(KernelManagementError) {
    let longest = folder + "/" + String(repeating: "x", count: longestSocketName)
    if longest.utf8.count > longestSocketPath { throw tooLong(folder + "/…") }
  }

  private static func tooLong(_ socket: String) -> KernelManagementError {
    KernelManagementError(
      .runtimeFolder, operation: "use \(socket) for a socket",
      cause: "a socket's path may be \(longestSocketPath) bytes long at most",
      advice: "Set PARLEY_RUNTIME_DIR to a folder with a shorter path.")
  }
}

import Foundation
import KernelProtocol
import ZeroMQ

@testable import Parley

/// A peer socket on a loop of its own, and what happens on it, in words.
final class SocketRig: Sendable {
  let endpoint: String
  private let path: String
  private let loop: ZeroMQLoop
  private let context: Context
  private let socket: Confined
  private let events: AsyncStream<String>

  /// Used on the loop alone.
  private final class Confined: @unchecked Sendable {
    let socket: PeerSocket
    init(path: String) throws { socket = try PeerSocket(path: path, limit: 1 << 24) }
  }

  init() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "p-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.appending(path: "s").path
    endpoint = "ipc://" + path
    loop = try ZeroMQLoop()
    context = try Context(ioThreads: 1, maxSockets: 8)
    try loop.start()
    let (events, continuation) = AsyncStream<String>.makeStream()
    self.events = events
    let socket = try Confined(path: path)
    self.socket = socket
    try await Self.perform(on: loop) { [loop] in
      try socket.socket.listen(on: loop) { event in
        if let text = Self.words(event) { continuation.yield(text) }
      }
    }
  }

  func close() {
    let (socket, path) = (socket, path)
    loop.execute { socket.socket.close() }
    loop.stop()
    try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent)
  }

  /// What happens next.
  func next() async throws -> String {
    var iterator = events.makeAsyncIterator()
    return await iterator.next() ?? "nothing"
  }

  func dealer(named name: String? = nil) throws -> Dealer {
    try Dealer(context: context, name: name, endpoint: endpoint)
  }

  func send(_ parts: [String], to name: String) async throws {
    let socket = socket
    try await Self.perform(on: loop) {
      _ = socket.socket.send(parts.map { FrameBytes($0) }, to: Array(name.utf8))
    }
  }

  func process(of name: String) async throws -> Int32? {
    let socket = socket
    return try await Self.perform(on: loop) { socket.socket.process(of: Array(name.utf8)) }
  }

  /// Connects without ZeroMQ.
  func connectRaw(writing bytes: [UInt8]) throws {
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    _ = Glibc.write(descriptor, bytes, bytes.count)
    // Left open: it is the socket that closes it.
  }

  private static func perform<Result: Sendable>(
    on loop: ZeroMQLoop, _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      loop.execute { continuation.resume(with: Swift.Result { try body() }) }
    }
  }

  private static func words(_ event: PeerEvent) -> String? {
    func name(_ id: [UInt8]) -> String {
      id.first == 0 ? "0" : String(decoding: id, as: UTF8.self)
    }
    switch event {
    case .arrived: return nil
    case .message(let id, let frames):
      return "\(name(id)): " + frames.map(\.description).joined(separator: ", ")
    case .gone(let id): return "\(name(id)) is gone"
    case .refused(_, let reason): return "refused: " + reason
    }
  }
}

internal import CLinux
import Glibc
import KernelProtocol
import ZMTP
import ZeroMQ

/// One connection of a ``PeerSocket``; for use on the loop alone.
final class PeerLink {
  /// The process at the other end, which cannot say otherwise; nil when the system does not tell.
  let process: Int32?
  /// What the peer asked to be called by, or was given; nil before the end of the handshake.
  var routingID: [UInt8]?
  /// Whether what is to be written waits for the end of the turn.
  var isWaiting = false
  private(set) var isOpen = true
  private let descriptor: Int32
  private let loop: ZeroMQLoop
  private var session: RouterSession
  private var watch: DescriptorWatch?
  /// Whether the system takes no more for now.
  private var isBlocked = false

  /// Takes over a connected socket.
  ///
  /// - Parameter limit: the most bytes of a message.
  init(_ descriptor: Int32, limit: Int, on loop: ZeroMQLoop) {
    self.descriptor = descriptor
    self.loop = loop
    let pid = clinux_peer_process(descriptor)
    process = pid > 0 ? pid : nil
    session = RouterSession(limit: limit)
  }

  /// Has `handler` called when there is something to read.
  func listen(handler: @escaping () -> Void) throws(ZeroMQError) {
    watch = try loop.register(fileDescriptor: descriptor, for: .readable) { [unowned self] events in
      if events.contains(.writable) { flush() }
      if events != .writable { handler() }
    }
  }

  /// Reads once.
  ///
  /// - Returns: false when there was nothing, or when the peer is gone, and then the link is closed.
  func read() -> Bool {
    guard isOpen else { return false }
    let count = session.fill { [descriptor] in recv(descriptor, $0.baseAddress, $0.count, 0) }
    guard count <= 0 else { return true }
    if count == 0 || !Self.isTemporary(errno) { close() }
    return false
  }

  /// What the peer has done, of what was read; nil when there is no more of it.
  func next() throws(ProtocolError) -> RouterSession.Event? {
    guard isOpen else { return nil }
    return try session.next()
  }

  /// Adds a message to what is written by ``flush()``.
  func send(_ frames: [FrameBytes]) { session.send(frames) }

  /// Whether there is something to write that the system would take.
  var hasOutput: Bool { isOpen && !isBlocked && session.hasOutput }

  /// Writes what the system takes, and the rest as soon as it takes more.
  func flush() {
    guard isOpen else { return }
    let count = session.write { [descriptor] in
      Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    // A peer that is gone is found by reading: what it sent last is still to be handled.
    let isBlocked = count <= 0 && Self.isTemporary(errno)
    guard isBlocked != self.isBlocked, let watch else { return }
    self.isBlocked = isBlocked
    try? loop.update(watch, to: isBlocked ? [.readable, .writable] : .readable)
  }

  /// Ends the connection. A second call does nothing.
  func close() {
    guard isOpen else { return }
    isOpen = false
    if let watch { loop.unregister(watch) }
    Glibc.close(descriptor)
  }

  private static func isTemporary(_ error: Int32) -> Bool { error == EAGAIN || error == EINTR }
}

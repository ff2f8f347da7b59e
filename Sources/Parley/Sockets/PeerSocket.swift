internal import CLinux
import Glibc
import KernelProtocol
import ZMTP
import ZeroMQ

/// A ROUTER on a unix socket and the messages that pass through it; for use on the loop alone.
///
/// It speaks ZMTP itself, so that a message goes from the peer's socket to the broker and back without the two more threads, and
/// wake-ups, that libzmq's would take each way. Any ZeroMQ library can be at the other end.
///
/// What is in flight to a peer is bounded by the mailboxes and by credit, so there is no high-water mark that could drop
/// messages in silence.
final class PeerSocket {
  /// Milliseconds until a connection that the system had no descriptor for is tried again.
  private static let pause = 100

  private let descriptor: Int32
  private let path: String
  private let limit: Int
  private var loop: ZeroMQLoop?
  private var watch: DescriptorWatch?
  private var handler: (PeerEvent) -> Void = { _ in }
  private var links: [[UInt8]: PeerLink] = [:]
  /// Connections whose handshake is not over, by descriptor.
  private var strangers: [ObjectIdentifier: PeerLink] = [:]
  private var waiting: [PeerLink] = []
  private var namelessCount: UInt32 = 0

  /// Binds to a path.
  ///
  /// - Parameter limit: the most bytes of a message; a peer that begins a longer one is disconnected.
  init(path: String, limit: Int) throws(ZeroMQError) {
    (self.path, self.limit) = (path, limit)
    descriptor = clinux_listen(path)
    guard descriptor >= 0 else {
      throw ZeroMQError(errorNumber: errno, operation: .bind, subject: path)
    }
  }

  /// Has `handler` called with all that happens.
  func listen(
    on loop: ZeroMQLoop, handler: @escaping (PeerEvent) -> Void
  ) throws(ZeroMQError) {
    (self.loop, self.handler) = (loop, handler)
    try watchListener()
    loop.beforeRest { [self] in flush() }
  }

  /// Sends frames to a peer, at the end of this turn.
  ///
  /// - Returns: false when it is not connected.
  @discardableResult
  func send(_ frames: [FrameBytes], to routingID: [UInt8]) -> Bool {
    guard let link = links[routingID] else { return false }
    link.send(frames)
    mark(link)
    return true
  }

  /// The process of a peer; nil when it is not connected, or the system does not tell.
  func process(of routingID: [UInt8]) -> Int32? { links[routingID]?.process }

  /// Handles all that a peer has sent so far.
  func drain(_ routingID: [UInt8]) {
    while let link = links[routingID], receive(link) {}
  }

  /// Ends a peer's connection.
  func disconnect(_ routingID: [UInt8]) {
    guard let link = links.removeValue(forKey: routingID) else { return }
    link.flush()
    link.close()
  }

  /// Writes what can be written at once, ends all connections and closes the socket.
  func close() {
    flush()
    for link in Array(links.values) + Array(strangers.values) { link.close() }
    (links, strangers) = ([:], [:])
    if let watch { loop?.unregister(watch) }
    watch = nil
    Glibc.close(descriptor)
    unlink(path)
  }

  // MARK: Connections

  private func watchListener() throws(ZeroMQError) {
    watch = try loop?.register(fileDescriptor: descriptor, for: .readable) { [unowned self] _ in
      acceptAll()
    }
  }

  private func acceptAll() {
    while true {
      let accepted = clinux_accept(descriptor)
      if accepted >= 0 { welcome(accepted) } else if errno == EAGAIN { return } else { break }
    }
    let isExhausted = errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS
    guard isExhausted, let loop, let watch else { return }
    loop.unregister(watch)
    self.watch = nil
    loop.setTimer(after: .milliseconds(Self.pause)) { [weak self] in try? self?.watchListener() }
  }

  private func welcome(_ accepted: Int32) {
    guard let loop else { return }
    let link = PeerLink(accepted, limit: limit, on: loop)
    do throws(ZeroMQError) {
      try link.listen { [unowned self, unowned link] in receive(link) }
    } catch {
      return link.close()
    }
    strangers[ObjectIdentifier(link)] = link
    mark(link)
  }

  /// The handshake of a connection is over.
  private func admit(_ link: PeerLink, as wanted: [UInt8]) {
    let routingID = wanted.isEmpty ? nextName() : wanted
    guard links[routingID] == nil else {
      return refuse(link, "its routing id is another's, which is still connected")
    }
    strangers[ObjectIdentifier(link)] = nil
    link.routingID = routingID
    links[routingID] = link
  }

  /// For peers that do not name themselves; a name that peers choose does not begin with 0 (RFC 28).
  private func nextName() -> [UInt8] {
    namelessCount += 1
    return [0] + withUnsafeBytes(of: namelessCount.bigEndian) { Array($0) }
  }

  private func refuse(_ link: PeerLink, _ reason: String) {
    handler(.refused(process: link.process, reason: reason))
    link.close()
  }

  // MARK: Messages

  /// Reads once, and passes on what has come.
  ///
  /// - Returns: false when there was nothing.
  @discardableResult
  private func receive(_ link: PeerLink) -> Bool {
    let hasRead = link.read()
    do throws(ProtocolError) {
      var isAnnounced = false
      while let event = try link.next() {
        switch event {
        case .ready(let routingID): admit(link, as: routingID)
        case .message(let frames):
          guard let routingID = link.routingID else { break }
          if !isAnnounced { handler(.arrived(routingID: routingID)) }
          isAnnounced = true
          handler(.message(routingID: routingID, frames: frames))
        }
      }
    } catch {
      refuse(link, error.description)
    }
    if link.isOpen { mark(link) } else { forget(link) }
    return hasRead
  }

  private func forget(_ link: PeerLink) {
    strangers[ObjectIdentifier(link)] = nil
    guard let routingID = link.routingID, links[routingID] === link else { return }
    links[routingID] = nil
    handler(.gone(routingID: routingID))
  }

  /// What a link has to write is written at the end of the turn.
  private func mark(_ link: PeerLink) {
    guard !link.isWaiting, link.hasOutput else { return }
    link.isWaiting = true
    waiting.append(link)
  }

  private func flush() {
    for link in waiting {
      link.isWaiting = false
      link.flush()
    }
    waiting.removeAll(keepingCapacity: true)
  }
}

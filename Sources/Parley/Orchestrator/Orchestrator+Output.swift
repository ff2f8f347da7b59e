import Broker
import KernelManagement

extension Orchestrator {
  /// What a process has written past its shim, to descriptor 1 or 2.
  func receiveOutput(_ bytes: ArraySlice<UInt8>, _ stream: String, from id: ConnectionID) {
    guard let peer = peers[id] else { return }
    let text = redaction.redact(
      chunk: String(decoding: bytes, as: UTF8.self), from: Self.place(stream, of: peer))
    guard redaction.redactor.isEmpty else { return showOutput(text, stream, of: peer) }
    if stream == "stderr" { peer.standardErrorTail.append(bytes) }
    report(text, stream, of: peer)
  }

  /// A process has ended: what waited for the rest of a secret is shown.
  func endOutput(of peer: KernelPeer) {
    for stream in ["stdout", "stderr"] {
      if let text = redaction.end(of: Self.place(stream, of: peer)) {
        showOutput(text, stream, of: peer)
      }
      if let text = redaction.end(of: Redaction.place(peer.source, stream)) {
        hub.send(
          .broker(
            .output(source: peer.source, language: peer.language, stream: stream, text: text)))
      }
    }
  }

  private func showOutput(_ text: String, _ stream: String, of peer: KernelPeer) {
    if stream == "stderr" { peer.standardErrorTail.append(text.utf8) }
    report(text, stream, of: peer)
  }

  private func report(_ text: String, _ stream: String, of peer: KernelPeer) {
    guard !text.isEmpty else { return }
    hub.send(
      .rawOutput(source: peer.source, language: peer.language, stream: stream, text: text))
  }

  private static func place(_ stream: String, of peer: KernelPeer) -> String {
    "\(peer.connection.number) \(stream)"
  }
}

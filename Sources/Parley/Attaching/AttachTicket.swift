import KernelProtocol
import ZeroMQ

/// The orchestrator's half of a token: for which plugin it is, and what has become of it. For use on the loop alone.
final class AttachTicket {
  enum State {
    /// Nobody has come with it yet.
    case open
    /// That process has.
    case used(by: Int32)
    /// Nobody came in time, or the process could not be let in.
    case expired
  }

  let peer: KernelPeer
  /// How many seconds it can be used for.
  let expires: Double
  var state = State.open
  var timer: TimerToken?

  init(_ peer: KernelPeer, expires: Double) {
    self.peer = peer
    self.expires = expires
  }

  /// Why nobody can join with it any more; nil when somebody can.
  var refusal: OutcomeError? {
    let advice = "Get another with `parley attach --manifest …`."
    return switch state {
    case .open: nil
    case .used(let pid):
      OutcomeError(
        .permissionDenied,
        "This token for \(peer.source) was used already, by the process \(pid): a token works once. \(advice)"
      )
    case .expired:
      OutcomeError(
        .permissionDenied,
        "This token for \(peer.source) has expired: nobody joined with it within \(JSONValue(number: expires)) s. \(advice)"
      )
    }
  }
}

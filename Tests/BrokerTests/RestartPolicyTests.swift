import Testing

@testable import Broker

@Suite("When a plugin is started again")
struct RestartPolicyTests {
  private func decisions(at seconds: [Double]) -> [RestartPolicy.Decision] {
    var history = RestartHistory()
    return seconds.map { history.crashed(at: Instant(nanoseconds: UInt64($0 * 1e9)), .init()) }
  }

  @Test("each crash in a row is waited for longer")
  func backoff() {
    #expect(
      decisions(at: [1, 2, 3, 4, 5])
        == [0.2, 0.4, 0.8, 1.6, 3.2].map { .restart(afterSeconds: $0) })
  }

  @Test("the wait has an upper limit")
  func limit() {
    var policy = RestartPolicy()
    policy.limit = 100
    #expect(policy.decide(recent: 90) == .restart(afterSeconds: policy.maximum))
  }

  @Test("more than five crashes in a minute are too many")
  func quarantine() {
    #expect(decisions(at: [1, 2, 3, 4, 5, 6]).last == .quarantine)
    #expect(decisions(at: [1, 2, 3, 4, 5, 60.9]).last == .quarantine)
  }

  @Test("a crash of more than a minute ago is forgotten")
  func window() {
    #expect(decisions(at: [1, 2, 3, 4, 5, 61]).last == .restart(afterSeconds: 3.2))
    #expect(decisions(at: [1, 2, 3, 4, 5, 200]).last == .restart(afterSeconds: 0.2))
  }

  @Test("who asks for a restart has the crashes forgotten")
  func asking() {
    var history = RestartHistory()
    for second in 1...6 {
      _ = history.crashed(at: Instant(nanoseconds: UInt64(second) * 1_000_000_000), .init())
    }
    history.ask()
    #expect(
      history.crashed(at: Instant(nanoseconds: 7_000_000_000), .init())
        == .restart(afterSeconds: 0.2))
  }
}

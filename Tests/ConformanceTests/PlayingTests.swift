import KernelProtocol
import Testing

@testable import Conformance

/// The suite itself, on tables that are made to fail: it must not call anything right that is wrong.
@Suite("Playing cases", .serialized, .timeLimit(.minutes(5)))
struct PlayingTests {
  @Test("what is not as expected fails with the place, the reason and the messages that passed")
  func failure() async throws {
    let result = try await play(
      steps: #"""
        {"call": "a.echo", "params": {"value": 1}, "expect": {"value": 1}},
        {"call": "a.echo", "params": {"value": "here"}, "expect": {"value": "there"}}
        """#)
    guard let result else { return }
    guard case .failed(let problems, let exchange) = result.verdict else {
      Issue.record("\(result)")
      return
    }
    #expect(
      problems == [
        #"10-trial.json, case 1 (trial), step 2: the value is "here", expected "there""#
      ])
    #expect(exchange.contains(#"operator → parley  call_request a.echo  {"value":"here"}"#))
    #expect(exchange.contains(#"a → parley  call_reply ok  {"value":"here"}"#))
  }

  @Test(
    "a case fails that hopes for what does not come",
    arguments: [
      (#"{"call": "a.echo", "expect": {"outcome": "timeout"}}"#, "the outcome is"),
      (#"{"call": "a.fail", "params": {"message": "x"}}"#, #"the outcome is "handler_error""#),
      (#"{"call": "a.text", "params": {"size": 1}, "expect": {"within": 0}}"#, "it took"),
      (#"{"count": {"from": "a", "type": "log"}, "expect": {"value": 1}}"#, "the value is 0"),
      (#"{"status": "a", "expect": {"state": "failed"}}"#, #"state is "started""#),
      (#"{"each": [], "call": "a.echo"}"#, "there is no list of values"),
    ])
  func hopes(steps: String, expected: String) async throws {
    guard let result = try await play(steps: steps) else { return }
    guard case .failed(let problems, _) = result.verdict else {
      Issue.record("\(steps) passed")
      return
    }
    #expect(problems.contains { $0.contains(expected) }, "\(problems)")
  }

  @Test(
    "what hangs is ended at the case's deadline",
    arguments: [
      #"{"until": {"type": "log"}}"#, #"{"hold": "a.nothing", "as": "x"}, {"release": "x"}"#,
    ])
  func hanging(steps: String) async throws {
    let result = try await play(steps: steps, case: #""deadline": 0.5, "#)
    guard let result else { return }
    guard case .failed(let problems, _) = result.verdict else {
      Issue.record("\(result)")
      return
    }
    #expect(problems == ["it did not end within 0.5 s"])
  }

  @Test("a case that needs what the language lacks is not applicable, with the reason")
  func lacking() async throws {
    let result = try await play(
      steps: #"{"call": "a.echo"}"#, case: #""needs": "both", "#, kernel: "lua")
    guard let result else { return }
    guard case .notApplicable(let reason) = result.verdict else {
      Issue.record("\(result)")
      return
    }
    #expect(reason.hasPrefix("lua: "))
  }

  /// Plays the one case on a kernel; nil when that cannot be examined here.
  private func play(
    steps: String, case more: String = "", kernel: String = "python"
  ) async throws -> CaseResult? {
    let fixture = try SuiteFixture(cases: SuiteFixture.table(steps: steps, case: more))
    let suite = try await fixture.suite()
    guard Installation.has(kernel, in: suite) else { return nil }
    let results = await suite.play(suite.runs(examining: [kernel]))
    #expect(results.count == 1)
    return results.first
  }
}

import Glibc
import Testing

@testable import KernelManagement

@Suite("The ladder of signals", .timeLimit(.minutes(5)))
struct TerminationLadderTests {
  private let start = ContinuousClock.now

  @Test("asks, insists and kills, each at its time")
  func order() {
    var ladder = TerminationLadder.standard(from: start)
    #expect(ladder.next(at: start) == .send(.interrupt))
    #expect(ladder.next(at: start) == .wait(until: start + .seconds(2)))
    #expect(ladder.next(at: start + .seconds(2)) == .send(.terminate))
    #expect(ladder.next(at: start + .seconds(4)) == .wait(until: start + .seconds(5)))
    #expect(ladder.next(at: start + .seconds(5)) == .send(.kill))
    #expect(ladder.next(at: start + .seconds(10)) == .exhausted)
  }

  @Test("a late caller still gives each signal its patience")
  func late() {
    var ladder = TerminationLadder.standard(from: start)
    #expect(ladder.next(at: start + .seconds(60)) == .send(.interrupt))
    #expect(ladder.next(at: start + .seconds(60)) == .wait(until: start + .seconds(62)))
  }

  @Test("ends a process that ignores SIGINT and SIGTERM")
  func stubborn() async throws {
    let launcher = try TestSupport.launcher()
    let process = try await launcher.launch(
      TestSupport.shell(
        "trap 'echo SIGINT' INT; trap 'echo SIGTERM' TERM; echo ready; while :; do read x; done"))
    #expect(try await TestSupport.line(from: process.standardOutput) == "ready")
    var ladder = TerminationLadder(
      [
        .init(.interrupt, patience: .seconds(1)), .init(.terminate, patience: .seconds(1)),
        .init(.kill, patience: .seconds(1)),
      ], from: start)
    for (second, signal) in [Signal.interrupt, .terminate].enumerated() {
      #expect(ladder.next(at: start + .seconds(second)) == .send(signal))
      process.signal(signal)
      #expect(try await TestSupport.line(from: process.standardOutput) == signal.name)
    }
    #expect(ladder.next(at: start + .seconds(2)) == .send(.kill))
    process.signal(.kill)
    #expect(try await TestSupport.end(of: process) == .signalled(.kill))
  }
}

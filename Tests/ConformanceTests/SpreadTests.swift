import Testing

@testable import Conformance

@Suite("Rounds")
struct SpreadTests {
  private let all = ["lua", "perl", "ruby"]

  @Test("pairs are all the ordered pairs in which the kernel is")
  func pairs() {
    #expect(
      Spread.pairs.rounds(examining: "perl", among: all) == [
        ["perl", "lua"], ["perl", "perl"], ["perl", "ruby"], ["lua", "perl"], ["ruby", "perl"],
      ])
  }

  @Test("a circle begins with the kernel, and begins again when there are more slots")
  func circle() {
    #expect(Spread.circle.rounds(examining: "perl", among: all) == [["perl", "ruby", "lua"]])
    #expect(Round(kernels: ["perl", "ruby"]).kernel(of: 4) == "perl")
  }

  @Test("each is the kernel alone")
  func each() { #expect(Spread.each.rounds(examining: "lua", among: all) == [["lua"]]) }

  @Test("who examines all plays every ordered pair once")
  func once() async throws {
    let suite = try await Installation.suite()
    let runs = suite.runs(examining: suite.kernels)
    #expect(Set(runs).count == runs.count)
    let pairs = Set(runs.filter { $0.table == "pairs" }.map(\.kernels))
    #expect(pairs.count == suite.kernels.count * suite.kernels.count)
  }
}

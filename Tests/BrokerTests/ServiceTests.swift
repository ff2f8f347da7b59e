import Testing

@testable import Broker

@Suite("The choice among the providers of a method")
struct ServiceTests {
  private static func service(_ policy: ServicePolicy?) -> Service {
    var service = Service(policy: policy)
    for plugin in ["a", "b", "c"] { service.add(plugin) }
    return service
  }

  private static func candidates(_ frames: (String, Int)...) -> [Service.Candidate] {
    frames.map { Service.Candidate(plugin: $0.0, frames: $0.1) }
  }

  @Test("gives each its turn, and passes over those that are not there")
  func roundRobin() {
    var service = Self.service(.roundRobin)
    let all = Self.candidates(("a", 0), ("b", 0), ("c", 0))
    var chosen: [[String]] = []
    for candidates in [
      all, all, all, all, Self.candidates(("a", 0), ("c", 0)), Self.candidates(("b", 0)), [], all,
    ] {
      chosen.append(service.choose(among: candidates))
    }
    #expect(chosen == [["a"], ["b"], ["c"], ["a"], ["c"], ["b"], [], ["c"]])
  }

  @Test("takes the one with the fewest frames, and of equals the first")
  func leastBusy() {
    var service = Self.service(.leastBusy)
    let chosen = service.choose(among: Self.candidates(("a", 2), ("b", 1), ("c", 1)))
    #expect(chosen == ["b"])
  }

  @Test("takes the first that is there, or all")
  func firstAndAll() {
    var first = Self.service(.first)
    let one = first.choose(among: Self.candidates(("b", 9), ("c", 0)))
    #expect(one == ["b"])
    var all = Self.service(.broadcast)
    let several = all.choose(among: Self.candidates(("a", 0), ("c", 3)))
    #expect(several == ["a", "c"])
  }

  @Test("notes what is news of a provider's being there")
  func news() {
    var service = Self.service(.first)
    let news = [false, true, true, false].map { service.note("a", isAvailable: $0) }
    #expect(news == [false, true, false, true])
  }
}

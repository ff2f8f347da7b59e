import Broker
import Foundation
import KernelProtocol
import Testing

/// The broker under random schedules. A failing seed is printed; run it again alone with
/// `PARLEY_SIMULATION_SEED=N swift test --filter SimulationTests`.
@Suite("The broker under random schedules", .timeLimit(.minutes(10)))
struct SimulationTests {
  private static var seeds: [UInt64] {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["PARLEY_SIMULATION_SEED"].flatMap(UInt64.init) { return [seed] }
    let count = environment["PARLEY_SIMULATION_SEEDS"].flatMap(UInt64.init) ?? 60
    return Array(1...count)
  }

  @Test("without faults every operation ends, no deadlock is missed, and nothing is left over")
  func faultless() throws {
    var outcomes: [Outcome: Int] = [:]
    var items = 0
    var redeliveries = 0
    var (batched, replaced) = (0, 0)
    for seed in Self.seeds {
      var world = SimulatedWorld(seed: seed, faults: .none)
      world.run(moves: 600)
      Self.check(world)
      #expect(world.outcomes[.timeout] == nil, "seed \(seed): a timeout where no time has passed")
      outcomes.merge(world.outcomes) { $0 + $1 }
      items += world.itemCount
      redeliveries += world.jobs.redeliveries
      batched += world.shapes.batched
      replaced += world.shapes.replaced
    }
    guard Self.seeds.count > 20 else { return }
    #expect(items > 1_000)
    #expect(batched > 20 && replaced > 20, "shapes hardly ever matter: \(batched), \(replaced)")
    #expect(redeliveries > 10, "queued events hardly ever come again")
    for outcome in [Outcome.ok, .handlerError, .deadlock, .depthExceeded] {
      #expect(
        outcomes[outcome, default: 0] > 0, "the schedules never reach \(outcome): \(outcomes)")
    }
  }

  @Test(
    "with crashes, timeouts, cancels, duplicate, late and forged replies, and clients that go, each request gets one reply"
  )
  func faulty() throws {
    var outcomes: [Outcome: Int] = [:]
    var launches = 0
    for seed in Self.seeds {
      var world = SimulatedWorld(seed: seed, faults: .all)
      world.run(moves: 800)
      Self.check(world)
      launches += world.launchCount
      outcomes.merge(world.outcomes) { $0 + $1 }
    }
    guard Self.seeds.count > 20 else { return }
    #expect(launches > Self.seeds.count / 4, "kernels are hardly ever launched again: \(launches)")
    for outcome in [Outcome.ok, .timeout, .cancelled, .kernelDied, .unavailable] {
      #expect(
        outcomes[outcome, default: 0] > 0, "the schedules never reach \(outcome): \(outcomes)")
    }
  }

  @Test("no deadlock is told where a copy of the world that waits goes on")
  func noFalseAlarm() throws {
    for seed in Self.seeds {
      var world = SimulatedWorld(seed: seed, faults: .none)
      world.provesDeadlocks = true
      world.run(moves: 300)
      Self.check(world)
    }
  }

  @Test("the same seed gives the same run")
  func repeatable() throws {
    for seed in Self.seeds.prefix(20) {
      var first = SimulatedWorld(seed: seed, faults: .all)
      var second = SimulatedWorld(seed: seed, faults: .all)
      first.run(moves: 300)
      second.run(moves: 300)
      #expect(first.outcomes == second.outcomes, "seed \(seed)")
      #expect(first.now == second.now, "seed \(seed)")
    }
  }

  private static func check(_ world: SimulatedWorld) {
    var problems = world.failures
    let waiting = world.kernels.values.flatMap(\.open) + world.clientOpen
    if !waiting.isEmpty { problems.append("\(waiting.sorted()) have no reply") }
    if world.broker.frameCount != 0 {
      problems.append("left over: \(world.broker.waitSentences().joined(separator: "; "))")
    }
    problems += world.leftovers
    guard let first = problems.first else { return }
    Issue.record("seed \(world.seed): \(first)\n\(world.story)")
  }
}

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
    let count = environment["PARLEY_SIMULATION_SEEDS"].flatMap(UInt64.init) ?? 300
    return Array(1...count)
  }

  @Test("without faults every operation ends, no deadlock is missed, and nothing is left over")
  func faultless() throws {
    for seed in Self.seeds {
      var world = SimulatedWorld(seed: seed, faults: .none)
      world.run(moves: 400)
      Self.check(world, seed)
      #expect(world.outcomes[.timeout] == nil, "seed \(seed): a timeout where no time has passed")
    }
  }

  @Test(
    "with crashes, timeouts, cancels, duplicate, late and forged replies each request gets one reply"
  )
  func faulty() throws {
    for seed in Self.seeds {
      var world = SimulatedWorld(seed: seed, faults: .all)
      world.run(moves: 600)
      Self.check(world, seed)
    }
  }

  @Test("no deadlock is told where a copy of the world that waits goes on")
  func noFalseAlarm() throws {
    for seed in Self.seeds.prefix(400) {
      var world = SimulatedWorld(seed: seed, faults: .none)
      world.provesDeadlocks = true
      world.run(moves: 300)
      Self.check(world, seed)
    }
  }

  @Test("the schedules reach the outcomes that they are there for")
  func reach() throws {
    var faultless: [Outcome: Int] = [:]
    var faulty: [Outcome: Int] = [:]
    for seed in Self.seeds.prefix(200) {
      var world = SimulatedWorld(seed: seed, faults: .none)
      world.run(moves: 400)
      faultless.merge(world.outcomes) { $0 + $1 }
      world = SimulatedWorld(seed: seed, faults: .all)
      world.run(moves: 600)
      faulty.merge(world.outcomes) { $0 + $1 }
    }
    for outcome in [Outcome.ok, .handlerError, .deadlock, .depthExceeded] {
      #expect(faultless[outcome, default: 0] > 0, "\(outcome) in \(faultless)")
    }
    for outcome in [Outcome.ok, .timeout, .cancelled, .kernelDied, .unavailable] {
      #expect(faulty[outcome, default: 0] > 0, "\(outcome) in \(faulty)")
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

  private static func check(_ world: SimulatedWorld, _ seed: UInt64) {
    #expect(world.failures.isEmpty, "seed \(seed): \(world.failures.first ?? "")")
    #expect(world.clientOpen.isEmpty, "seed \(seed): \(world.clientOpen.count) calls have no reply")
    let waiting = world.kernels.values.flatMap(\.open)
    #expect(waiting.isEmpty, "seed \(seed): \(waiting) have no reply")
    #expect(
      world.broker.frameCount == 0,
      "seed \(seed): left over: \(world.broker.waitSentences())")
  }
}

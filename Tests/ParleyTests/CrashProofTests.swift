import Foundation
import Testing

/// `PARLEY_CRASH_KILLS=300` makes it long.
@Suite("Durable events and SIGKILL", .timeLimit(.minutes(30)))
struct CrashProofTests {
  /// How many kernels are killed in each life of an orchestrator; fewer than would quarantine a plugin.
  private static let kernelsPerLife = 4

  private static var lives: Int {
    let kills = ProcessInfo.processInfo.environment["PARLEY_CRASH_KILLS"].flatMap(Int.init) ?? 30
    return max(1, kills / (kernelsPerLife + 1))
  }

  @Test("each event whose emit was answered is handled by each subscriber, or is a dead letter")
  func nothingIsLost() async throws {
    let fixture = try PluginFixture()
    let rig = try CrashRig(fixture)
    var random = SystemRandomNumberGenerator()
    var tally = CrashRig.Tally()
    for _ in 0..<Self.lives {
      try await rig.live(killing: Self.kernelsPerLife, &random)
      tally.kernelKills += Self.kernelsPerLife
      tally.orchestratorKills += 1
    }
    let (result, lost) = try await rig.settle(tally)
    #expect(lost.isEmpty, "lost: \(lost.joined(separator: ", ")) (\(result))")
    #expect(result.acknowledged > 3 * Self.lives)
    print(result)
  }
}

import KernelProtocol
import Parley

/// Plays the cases of one table in one round; those that can share the plugins do.
struct CasePlayer {
  let suite: ConformanceSuite
  let table: CaseTable
  let round: Round
  private var stage: Stage?

  /// How long plugins may take to start, and a stage to come to rest after a case, in seconds.
  private static let patience: Double = 60
  private static let exchangeLimit = 80

  init(suite: ConformanceSuite, table: CaseTable, round: Round) {
    self.suite = suite
    self.table = table
    self.round = round
  }

  /// Plays a case and tells how it ended.
  mutating func play(_ item: ConformanceCase) async -> CaseResult {
    let run = CaseRun(table: table.name, name: item.name, kernels: round.kernels)
    if let reason = missing(item) {
      return CaseResult(run: run, verdict: .notApplicable(reason), seconds: 0)
    }
    let clock = ContinuousClock()
    var start = clock.now
    var problems: [String]
    var exchange: [String] = []
    do {
      let stage = try await takeStage(for: item)
      start = clock.now
      problems = await findProblems(of: item, on: stage)
      if !problems.isEmpty { exchange = stage.exchange.lines(atMost: Self.exchangeLimit) }
      await put(stage, hasFailed: !problems.isEmpty, isAlone: item.isAlone)
    } catch {
      problems = ["the plugins could not be started: \(error)"]
    }
    let verdict =
      problems.isEmpty ? .passed : Verdict.failed(problems: problems, exchange: exchange)
    let parts = (clock.now - start).components
    return CaseResult(
      run: run, verdict: verdict,
      seconds: Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
  }

  /// Ends what the cases shared.
  mutating func close() async {
    await stage?.close()
    stage = nil
  }

  private func missing(_ item: ConformanceCase) -> String? {
    for kernel in Set(round.kernels).sorted() {
      for need in item.needs {
        if let reason = suite.snippets[kernel]?.lacks[need] { return "\(kernel): \(reason)" }
      }
    }
    return nil
  }

  private mutating func takeStage(for item: ConformanceCase) async throws -> Stage {
    if !item.isAlone, let stage {
      await stage.begin()
      return stage
    }
    let fresh = try Stage(item, round: round, suite: suite)
    do {
      try await Watchdog.run(seconds: Self.patience, orElse: { await fresh.abort() }) {
        try await fresh.open()
      }
    } catch {
      await fresh.abort()
      throw error
    }
    if !item.isAlone { stage = fresh }
    return fresh
  }

  private func findProblems(of item: ConformanceCase, on stage: Stage) async -> [String] {
    let isAlone = item.isAlone
    let steps = item.steps
    do {
      return try await Watchdog.run(
        seconds: item.deadline, orElse: { await stage.abort() }
      ) {
        for step in steps {
          let problems = await stage.play(step)
          if !problems.isEmpty { return problems.map { "\(step.place): \($0)" } }
        }
        return isAlone ? [] : await stage.remains()
      }
    } catch {
      return ["\(error)"]
    }
  }

  private mutating func put(_ used: Stage, hasFailed: Bool, isAlone: Bool) async {
    guard hasFailed || isAlone else { return }
    await used.close()
    if !isAlone { stage = nil }
  }
}

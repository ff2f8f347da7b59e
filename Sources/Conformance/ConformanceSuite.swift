import KernelManagement
import Parley

/// The conformance suite: the tables, and the kernels that can be examined.
public struct ConformanceSuite: Sendable {
  /// A kernel that was found, and why it cannot be examined, if it cannot.
  public struct Candidate: Sendable {
    public let name: String
    public let language: String
    /// What is missing; nil when it can be examined.
    public let obstacle: String?
  }

  let environment: [String: String]
  let tables: ConformanceTables
  let snippets: [String: Snippets]
  /// All kernels that speak the protocol.
  public let candidates: [Candidate]

  /// Reads the tables and finds out which kernels would start.
  ///
  /// - Parameter environment: where `PARLEY_HOME` and the kernels' search path are looked up.
  /// - Throws: ``TableError`` for a mistake in the tables, or what keeps Parley itself from running.
  public init(environment: [String: String]) async throws {
    let files = try InstalledFiles.find(environment: environment)
    guard let specs = environment["PARLEY_SPECS"] ?? files.specs else {
      throw TableError(place: "specs/conformance", message: "the specifications are not installed")
    }
    let tables = try ConformanceTables(specs: specs)
    let specifications = KernelSpecFinder(explicit: [files.kernels], environment: environment)
      .catalog().specs.filter { $0.shim != nil }
    var snippets: [String: Snippets] = [:]
    for spec in specifications { snippets[spec.name] = try Snippets(of: spec, in: tables.folder) }
    let health = try await KernelHealth.examine(environment: environment)
    self.environment = environment
    self.tables = tables
    self.snippets = snippets
    candidates = specifications.map { spec in
      let state = health.kernels.first { $0.name == spec.name }
      let hasSnippets = snippets[spec.name]?.folder != nil
      let obstacle =
        state?.isReady != true
        ? state?.detail ?? "it is not installed" : hasSnippets ? nil : "it has no snippets"
      return Candidate(name: spec.name, language: spec.language, obstacle: obstacle)
    }
  }

  /// The kernels that can be examined.
  public var kernels: [String] { candidates.filter { $0.obstacle == nil }.map(\.name) }

  /// What a suite would run.
  ///
  /// - Parameters:
  ///   - examined: the kernels to examine, together with all that can be.
  ///   - text: only cases whose description contains it; nil for all.
  public func runs(examining examined: [String], only text: String? = nil) -> [CaseRun] {
    var runs: [CaseRun] = []
    for table in tables.tables {
      var seen: Set<[String]> = []
      for round in examined.flatMap({ table.spread.rounds(examining: $0, among: kernels) })
      where seen.insert(round).inserted {
        runs += table.cases.map { CaseRun(table: table.name, name: $0.name, kernels: round) }
      }
    }
    guard let text else { return runs }
    return runs.filter { $0.description.contains(text) }
  }

  /// The language of a kernel.
  func language(of kernel: String) -> String {
    candidates.first { $0.name == kernel }?.language ?? kernel
  }

  /// Plays cases and tells of each as it ends. Those that share their plugins are played one after the other; so many of
  /// such groups are played at a time.
  ///
  /// - Parameter progress: may be called by several tasks at once.
  /// - Returns: the results in the order of the runs; of a cancelled suite those that there are.
  public func play(
    _ runs: [CaseRun], lanes: Int = 2,
    progress: @escaping @Sendable (CaseResult) -> Void = { _ in }
  ) async -> [CaseResult] {
    var waiting = Self.groups(of: runs).enumerated().makeIterator()
    return await withTaskGroup(of: (Int, [CaseResult]).self) { tasks in
      var results: [Int: [CaseResult]] = [:]
      var busy = 0
      while true {
        while busy < lanes, !Task.isCancelled, let (number, group) = waiting.next() {
          tasks.addTask { (number, await play(group: group, progress)) }
          busy += 1
        }
        guard let (number, found) = await tasks.next() else { break }
        results[number] = found
        busy -= 1
      }
      return results.sorted { $0.key < $1.key }.flatMap(\.value)
    }
  }

  /// Runs that share their plugins, together.
  private static func groups(of runs: [CaseRun]) -> [[CaseRun]] {
    var groups: [[CaseRun]] = []
    var rest = runs[...]
    while let first = rest.first {
      let group = rest.prefix { $0.table == first.table && $0.kernels == first.kernels }
      rest = rest.dropFirst(group.count)
      groups.append(Array(group))
    }
    return groups
  }

  private func play(
    group: [CaseRun], _ progress: @Sendable (CaseResult) -> Void
  ) async -> [CaseResult] {
    guard let first = group.first,
      let table = tables.tables.first(where: { $0.name == first.table })
    else { return [] }
    var player = CasePlayer(suite: self, table: table, round: first.round)
    var results: [CaseResult] = []
    for run in group where !Task.isCancelled {
      guard let item = table.cases.first(where: { $0.name == run.name }) else { continue }
      let result = await player.play(item)
      guard !Task.isCancelled else { break }
      progress(result)
      results.append(result)
    }
    await player.close()
    return results
  }
}

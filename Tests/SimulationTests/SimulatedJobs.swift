/// The queued events of a simulation, by the numbers in their payloads: who is owed them, and who has handled them.
struct SimulatedJobs {
  /// What became of one.
  struct Job {
    /// The plugins that the broker owed it when it was emitted.
    var owed: Set<String> = []
    /// Those whose handler has ended well.
    var handled: Set<String> = []
    /// Whether its emit was answered ok.
    var isAccepted = false
  }

  private(set) var jobs: [Int: Job] = [:]
  /// The numbers of the emits that are not answered, by their msg_ids.
  private var asked: [String: Int] = [:]
  /// The numbers of the events that kernels have, by the msg_ids of the events.
  private var delivered: [String: Int] = [:]
  /// The last one that came for the first time, by the kernel's number and the event.
  private var latest: [String: Int] = [:]
  /// How many came again.
  private(set) var redeliveries = 0

  /// A number for a new one.
  mutating func make() -> Int {
    jobs[jobs.count + 1] = Job()
    return jobs.count
  }

  mutating func asked(_ number: Int, by request: String) { asked[request] = number }

  /// The broker is about to get an emit.
  mutating func reaches(_ request: String, owing plugins: [String]) {
    if let number = asked[request] { jobs[number]?.owed = Set(plugins) }
  }

  mutating func answered(_ request: String, isOK: Bool) {
    guard let number = asked.removeValue(forKey: request) else { return }
    jobs[number]?.isAccepted = isOK
  }

  /// A kernel is dead: nobody is promised what it has asked for, and the next one uses its msg_ids again.
  mutating func forget(_ requests: Set<String>) {
    for request in requests { asked[request] = nil }
  }

  /// A kernel has one.
  ///
  /// - Returns: false when it came after one that was emitted later.
  mutating func arrived(_ number: Int, as event: String, attempt: Int, at place: String) -> Bool {
    delivered[event] = number
    guard attempt == 1 else {
      redeliveries += 1
      return true
    }
    defer { latest[place] = max(latest[place] ?? 0, number) }
    return (latest[place] ?? 0) < number
  }

  /// Whether an event is a queued one.
  func isJob(_ event: String) -> Bool { delivered[event] != nil }

  mutating func handled(_ event: String, by plugin: String) {
    if let number = delivered[event] { jobs[number]?.handled.insert(plugin) }
  }

  /// Those that somebody was promised and has neither handled nor given up.
  ///
  /// - Parameter buried: the dead letters, as number and plugin.
  func lost(buried: [(number: Int, plugin: String)]) -> [String] {
    jobs.filter(\.value.isAccepted).sorted { $0.key < $1.key }.flatMap { number, job in
      let dead = buried.filter { $0.number == number }.map(\.plugin)
      return job.owed.subtracting(job.handled).subtracting(dead).sorted()
        .map { "job \(number) is lost for \($0)" }
    }
  }
}

import KernelProtocol

/// One thing that is shown of a kernel.
struct ConformanceCase: Sendable {
  /// A sentence, unique in its table.
  let name: String
  let plugins: [PluginEntry]
  /// Whether it has the plugins to itself, because it ends one of them, say.
  let isAlone: Bool
  /// What a kernel must have; one whose `language.json` says under `lacks` why it has not is not examined.
  let needs: [String]
  /// How long it may take, in seconds.
  let deadline: Double
  /// How long handlers and requests may take that say nothing else, in seconds.
  let defaultTimeout: Double
  let steps: [Step]

  private static let keys: Set<String> = [
    "name", "shows", "plugins", "alone", "needs", "deadline", "default_timeout",
    "steps",
  ]

  /// Reads one entry of `cases`.
  init(_ value: JSONValue, at place: String, sharing plugins: [PluginEntry]) throws(TableError) {
    let table = try TableObject(value, at: place, keys: Self.keys)
    name = try table.text("name")
    let place = "\(place) (\(name))"
    let own = try PluginEntry.list(try table.members("plugins"), at: place)
    self.plugins = own.isEmpty ? plugins : own
    isAlone = try table.flag("alone") || !own.isEmpty
    needs = try table.texts("needs")
    deadline = try table.number("deadline") ?? 60
    let timeout = try table.number("default_timeout")
    guard timeout == nil || isAlone else {
      throw TableError(
        place: place, message: "only a case that is \"alone\" has a \"default_timeout\"")
    }
    defaultTimeout = timeout ?? 40
    var steps: [Step] = []
    for (index, step) in try table.list("steps").enumerated() {
      steps.append(try Step(step, at: "\(place), step \(index + 1)"))
    }
    guard !steps.isEmpty else { throw TableError(place: place, message: "there are no steps") }
    try StepReview.check(steps, self.plugins)
    self.steps = steps
  }
}

import KernelProtocol

/// Checks that the steps of a case fit together: a name that nobody gave would be a check that is left out in silence.
struct StepReview {
  private let plugins: Set<String>
  /// Names of calls and streams that were begun and not ended yet.
  private var begun: [String: String] = [:]
  private var held: Set<String> = []

  private init(_ plugins: [PluginEntry]) { self.plugins = Set(plugins.map(\.name)) }

  /// Checks all steps of a case that is played with these plugins.
  static func check(_ steps: [Step], _ plugins: [PluginEntry]) throws(TableError) {
    var review = StepReview(plugins)
    for step in steps { try review.check(step) }
    if let (name, place) = review.begun.min(by: { $0.key < $1.key }) {
      throw TableError(place: place, message: "\"\(name)\" is never ended")
    }
  }

  private mutating func check(_ step: Step) throws(TableError) {
    if let name = step.name { try begin(name, step) }
    switch step.action {
    case .hold where step.name == nil:
      throw TableError(place: step.place, message: "\"hold\" needs a name: \"as\"")
    case .end(let names, _): for name in names { try end(name, step) }
    case .cancel(let name) where begun[name] == nil: throw unknown(name, step)
    case .release(let name) where held.remove(name) == nil: throw unknown(name, step)
    case .status(let plugin), .signal(_, let plugin): try checkPlugin(plugin, step)
    default: break
    }
  }

  private mutating func begin(_ name: String, _ step: Step) throws(TableError) {
    guard begun[name] == nil, !held.contains(name) else {
      throw TableError(place: step.place, message: "\"\(name)\" was begun before")
    }
    switch step.action {
    case .hold: held.insert(name)
    case .call, .stream, .execute: begun[name] = step.place
    default:
      throw TableError(
        place: step.place, message: "\"as\" goes with call, stream, hold and execute")
    }
  }

  private mutating func end(_ name: String, _ step: Step) throws(TableError) {
    guard begun.removeValue(forKey: name) != nil else { throw unknown(name, step) }
  }

  /// A signal to "" is one to the kernel in which the cells run.
  private func checkPlugin(_ plugin: String, _ step: Step) throws(TableError) {
    guard plugin.isEmpty || plugins.contains(plugin) else {
      throw TableError(place: step.place, message: "there is no plugin \"\(plugin)\"")
    }
  }

  private func unknown(_ name: String, _ step: Step) -> TableError {
    TableError(place: step.place, message: "nothing was begun as \"\(name)\"")
  }
}

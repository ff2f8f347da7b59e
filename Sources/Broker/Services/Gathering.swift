import KernelProtocol

/// The answers to a call that went to all providers of a method.
struct Gathering {
  /// The providers, in the order in which their answers are listed.
  let plugins: [String]
  private var answers: [String: Broker.Ending] = [:]

  /// No answer yet.
  init(plugins: [String]) { self.plugins = plugins }

  /// Whether every provider has answered.
  var isComplete: Bool { answers.count == plugins.count }

  /// A provider has answered.
  mutating func add(_ ending: Broker.Ending, of plugin: String) { answers[plugin] = ending }

  /// The list of answers as a value, with the binary values in it.
  func value() -> GatheredValue {
    var value = GatheredValue()
    for plugin in plugins {
      guard let ending = answers[plugin] else { continue }
      value.append(ending, of: plugin)
    }
    return value
  }
}

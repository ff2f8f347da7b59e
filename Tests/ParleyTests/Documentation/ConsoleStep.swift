/// A command of a page, and what the page says that it prints.
struct ConsoleStep: Equatable, Sendable {
  var command: String
  var output: [String] = []

  /// The steps of a console block: a command begins with "$ ", and goes on after a "\" at the end of its line.
  static func all(in lines: [String]) -> [ConsoleStep] {
    var steps: [ConsoleStep] = []
    for line in lines {
      if line.hasPrefix("$ ") {
        steps.append(ConsoleStep(command: String(line.dropFirst(2))))
      } else if let last = steps.indices.last {
        if steps[last].output.isEmpty, steps[last].command.hasSuffix("\\") {
          steps[last].command += "\n" + line
        } else {
          steps[last].output.append(line)
        }
      }
    }
    return steps
  }
}

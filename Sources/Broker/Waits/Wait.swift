/// What one party of the wait-for graph waits for: so many of the given parties.
struct Wait: Equatable {
  /// How many of the targets must be able to go on before this party can.
  let needed: Int
  /// Whom it waits for.
  let targets: [WaitNode]

  /// It runs, or waits for something outside: it can go on by itself.
  static let nothing = Wait(needed: 0, targets: [])

  /// An *or*-wait: racing calls, a consumer's next item from one of several streams.
  static func any(of targets: [WaitNode]) -> Wait {
    Wait(needed: min(1, targets.count), targets: targets)
  }

  /// An *and*-wait: a lock behind others, a place behind those who came first.
  static func all(of targets: [WaitNode]) -> Wait {
    Wait(needed: targets.count, targets: targets)
  }

  /// A wait for one of the places that these hold, when so many of them have to go first.
  static func some(_ needed: Int, of targets: [WaitNode]) -> Wait {
    Wait(needed: max(0, min(needed, targets.count)), targets: targets)
  }
}

/// A deterministic automaton: one look into a table for each character.
struct PatternTable: Sendable {
  /// The next state for each state and class; ``accepted`` when a match is certain.
  private var transitions: [UInt16] = []
  private var acceptsAtEnd: [Bool] = []
  /// No text that follows can match.
  private var isDead: [Bool] = []
  private let width: Int

  static let accepted = UInt16.max
  /// States times classes. What needs more is followed thread by thread instead.
  static let maximumSize = 16_000
  /// States times classes times steps: what making the table may cost.
  static let maximumWork = 4_000_000

  /// - Returns: nil when the table would become too large.
  init?(_ stepper: PatternStepper) {
    width = stepper.classes.count
    let maximumSize = min(Self.maximumSize, Self.maximumWork / stepper.program.steps.count)
    var known: [PatternThreads: UInt16] = [PatternThreads(): 0]
    var states = [PatternThreads()]
    while acceptsAtEnd.count < states.count {
      let state = states[acceptsAtEnd.count]
      acceptsAtEnd.append(stepper.matchesAtEnd(state))
      for column in 0..<width {
        guard let next = stepper.threads(after: state, column) else {
          transitions.append(Self.accepted)
          continue
        }
        if let number = known[next] {
          transitions.append(number)
          continue
        }
        guard (states.count + 1) * width <= maximumSize else { return nil }
        known[next] = UInt16(states.count)
        transitions.append(UInt16(states.count))
        states.append(next)
      }
    }
    isDead = acceptsAtEnd.indices.map { state in
      !acceptsAtEnd[state]
        && (0..<width).allSatisfy { transitions[state * width + $0] == UInt16(state) }
    }
  }

  /// - Parameter text: valid UTF-8.
  func matches(_ text: UnsafeRawBufferPointer, _ classes: ScalarClasses) -> Bool {
    var state = 0
    var offset = 0
    while offset < text.count {
      let next = transitions[state &* width &+ classes.next(in: text, &offset)]
      if next == Self.accepted { return true }
      state = Int(next)
      if isDead[state] { return false }
    }
    return acceptsAtEnd[state]
  }
}

extension ScalarClasses {
  /// The class of the scalar at `offset`, which moves on behind it.
  @inline(__always)
  func next(in text: UnsafeRawBufferPointer, _ offset: inout Int) -> Int {
    let lead = text[offset]
    offset &+= 1
    guard lead >= 0x80 else { return ofASCII(lead) }
    var scalar = UInt32(lead)
    let length = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3
    scalar &= length == 1 ? 0x1F : length == 2 ? 0x0F : 0x07
    for _ in 0..<length where offset < text.count {
      scalar = scalar << 6 | UInt32(text[offset] & 0x3F)
      offset &+= 1
    }
    return of(scalar)
  }
}

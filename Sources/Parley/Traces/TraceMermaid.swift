import Store

/// A trace as a `sequenceDiagram` of Mermaid (mermaid.js.org/syntax/sequenceDiagram.html).
public struct TraceMermaid: Sendable {
  private let sequence: TraceSequence

  /// A diagram of a trace.
  public init(_ trace: Trace) { sequence = TraceSequence(trace) }

  /// Mermaid's text.
  public var text: String {
    let participants = sequence.participants.enumerated().map { place, participant in
      "participant p\(place) as \(Self.escaped(participant.title))"
    }
    let lines = ["sequenceDiagram"] + (participants + sequence.steps.map(line)).map { "  " + $0 }
    return lines.map { $0 + "\n" }.joined()
  }

  private func line(_ step: TraceSequence.Step) -> String {
    switch step {
    case .call(let from, let to, let label): "p\(from)->>+p\(to): \(Self.escaped(label))"
    case .event(let from, let to, let label): "p\(from)-)p\(to): \(Self.escaped(label))"
    case .reply(let from, let to, let label, let isError):
      "p\(from)\(isError ? "--x-" : "-->>-")p\(to): \(Self.escaped(label))"
    case .note(let place, let label): "Note over p\(place): \(Self.escaped(label))"
    }
  }

  /// What Mermaid would take for its own: entities, ends of statements and comments.
  private static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "#": "#35;"
      case ";": "#59;"
      case "%": "#37;"
      case "<": "#60;"
      case ">": "#62;"
      default: character.isNewline ? " " : String(character)
      }
    }.joined()
  }
}

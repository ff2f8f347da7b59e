import ArgumentParser

/// How one trace is shown.
enum TraceForm: String, EnumerableFlag {
  case sequence
  case mermaid
  case chrome

  static func help(for value: TraceForm) -> ArgumentHelp? {
    switch value {
    case .sequence: "Show it as a sequence diagram."
    case .mermaid: "Write it for Mermaid, as a sequenceDiagram."
    case .chrome: "Write it for chrome://tracing and ui.perfetto.dev, as JSON."
    }
  }
}

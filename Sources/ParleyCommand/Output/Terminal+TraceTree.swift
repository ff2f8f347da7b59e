import Parley

extension Terminal {
  /// A trace as a tree, in colour on a terminal.
  func tree(_ trace: Trace) -> String {
    TraceTree(trace) { text, part in
      switch part {
      case .place: style(text, .cyan)
      case .time: style(text, .dim)
      case .bar: style(text, .green)
      case .outcome: style(text, .red)
      }
    }.text
  }
}

import Foundation

/// What a command prints, sorted by who says it: the command itself, or a plugin whose line of the log it is.
///
/// Lines of one source stand in order; those of two plugins that run at once do not.
struct ConsoleOutput: Sendable {
  private let sources: [String: [String]]

  init(_ lines: [String]) {
    // How long the steps of a trace took, and the bars that show it, which are a little longer or shorter each time.
    let times = #/ +\d+\.\d\d ms +━+ */#
    sources = Dictionary(grouping: lines.map { $0.replacing(times, with: "  ") }, by: Self.source)
  }

  init(_ result: ParleyProgram.Result) {
    self.init(Self.lines(result.output) + Self.lines(result.errors))
  }

  /// What is not as a page says, by source; empty when everything is.
  func differences(from expected: ConsoleOutput) -> [String] {
    Set(sources.keys).union(expected.sources.keys).sorted().compactMap { source in
      let (wanted, got) = (expected.sources[source] ?? [], sources[source] ?? [])
      guard !Self.matches(wanted[...], got[...]) else { return nil }
      return (["the page has:"] + wanted + ["the command printed:"] + got).joined(separator: "\n")
    }
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// The plugin whose line of the log it is; empty for any other line.
  private static func source(of line: String) -> String {
    let head = line.prefixMatch(
      of: #/(?:…|\d\d:\d\d:\d\d\.\d\d\d) ([A-Za-z0-9_-]+)(?: \([a-z]+\))?: /#)
    return head.map { String($0.1) } ?? ""
  }

  /// A line "…" stands for any lines.
  private static func matches(_ wanted: ArraySlice<String>, _ got: ArraySlice<String>) -> Bool {
    guard let first = wanted.first else { return got.isEmpty }
    if first.trimmingCharacters(in: .whitespaces) == "…" {
      return matches(wanted.dropFirst(), got)
        || !got.isEmpty && matches(wanted, got.dropFirst())
    }
    guard let line = got.first, matches(first, line) else { return false }
    return matches(wanted.dropFirst(), got.dropFirst())
  }

  /// A "…" in a line stands for any text.
  private static func matches(_ wanted: String, _ got: String) -> Bool {
    let parts = wanted.components(separatedBy: "…")
    guard parts.count > 1 else { return wanted == got }
    guard got.hasPrefix(parts[0]) else { return false }
    var rest = got.dropFirst(parts[0].count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.range(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }
}

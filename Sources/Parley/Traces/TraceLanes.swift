import Store

/// Which steps of a plugin go on which line: those on one line follow each other or are nested, as viewers of traces want it.
struct TraceLanes {
  /// A line, counted from 1.
  struct Lane: Equatable {
    let process: Int
    let thread: Int
  }

  /// In the order in which they came in; an empty name stands for calls that reached nobody.
  private(set) var plugins: [String] = []
  private var lanes: [UInt64: Lane] = [:]
  /// For each plugin the ends of the steps that are open on each of its lines, the innermost last.
  private var open: [String: [[Int64]]] = [:]

  /// Finds a line for each step of a trace.
  init(_ trace: Trace) {
    for span in trace.spans { add(span) }
  }

  func lane(of span: SpanRecord) -> Lane { lanes[span.span] ?? Lane(process: 1, thread: 1) }

  /// How many lines a plugin has.
  func count(of plugin: String) -> Int { open[plugin]?.count ?? 0 }

  private mutating func add(_ span: SpanRecord) {
    let process = process(of: span.plugin)
    var stacks = open[span.plugin] ?? []
    for place in stacks.indices {
      while let end = stacks[place].last, end <= span.requested { stacks[place].removeLast() }
    }
    let fitting = stacks.firstIndex { stack in stack.last.map { span.ended <= $0 } ?? true }
    let place = fitting ?? stacks.count
    if fitting == nil { stacks.append([]) }
    stacks[place].append(span.ended)
    open[span.plugin] = stacks
    lanes[span.span] = Lane(process: process, thread: place + 1)
  }

  private mutating func process(of plugin: String) -> Int {
    if let place = plugins.firstIndex(of: plugin) { return place + 1 }
    plugins.append(plugin)
    return plugins.count
  }
}

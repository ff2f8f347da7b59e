import KernelProtocol

/// All that was measured in one run.
struct BenchmarkResult {
  var rows: [Row] = []
  /// Kernels that would not start, and why.
  var skipped: [(kernel: String, reason: String)] = []

  /// How many targets were missed.
  var missedCount: Int { rows.count { $0.isReached == false } }

  /// The table, and what is to be said about it.
  var text: String {
    let header = ["what", "kernel", "measured", "× floor", "target", "", ""]
    let targets = rows.count { $0.target != nil }
    let skips = skipped.map { "skipped: the \($0.kernel) kernel, \($0.reason)" }
    return
      ([Self.align([header] + rows.map(\.cells)), "\(Machine.description)"] + skips + [
        "\(targets - missedCount) of \(targets) targets reached; `× floor` compares with the same round "
          + "in C: a round trip, or one message to many processes."
      ]).joined(separator: "\n")
  }

  /// As `--json` prints it.
  var json: JSONValue {
    [
      "machine": .string(Machine.description), "rows": .array(rows.map(\.json)),
      "skipped": .array(
        skipped.map { ["kernel": .string($0.kernel), "reason": .string($0.reason)] }),
      "missed": JSONValue(missedCount),
    ]
  }

  /// Columns as wide as their widest cell, figures to the right.
  private static func align(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return (2...3).contains(column) ? padding + cell : cell + padding
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}

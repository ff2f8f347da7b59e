/// Rows in columns that line up, as wide as their widest cell.
struct Table {
  private var rows: [[String]]
  private let header: [String]

  /// An empty table with those columns.
  init(_ header: [String]) {
    self.header = header
    rows = []
  }

  /// Adds a row; missing cells are empty.
  mutating func append(_ row: [String]) { rows.append(row) }

  /// The table as text; the header is bold on a terminal.
  func text(for terminal: Terminal) -> String {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
    }
    let lines = ([header] + rows).enumerated().map { index, row in
      let line = Self.line(row, widths)
      return index == 0 ? terminal.style(line, .bold) : line
    }
    return lines.joined(separator: "\n")
  }

  private static func line(_ row: [String], _ widths: [Int]) -> String {
    let cells = row.enumerated().map { column, cell in
      cell + String(repeating: " ", count: max(0, widths[column] - cell.count))
    }
    let line = cells.joined(separator: "  ")
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}

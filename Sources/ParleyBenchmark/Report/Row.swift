import KernelProtocol

/// One figure.
struct Row {
  /// What was measured, such as `call, median`.
  let what: String
  /// Of which kernel; empty when of none.
  let subject: String
  let value: Double
  let unit: Unit
  /// The figure divided by the floor of the same round.
  var ratio: Double?
  var target: Target?
  /// A word on how it came about.
  var note = ""

  /// nil when there is nothing to reach.
  var isReached: Bool? { target?.isReached(value: value, ratio: ratio) }

  /// The cells of the table.
  var cells: [String] {
    [
      what, subject, unit.text(value), ratio.map { Unit.factor.text($0) } ?? "", limitText,
      isReached.map { $0 ? "reached" : "MISSED" } ?? "", note,
    ]
  }

  /// As `--json` prints it.
  var json: JSONValue {
    var row: JSONObject = [
      "what": .string(what), "value": .double(value), "unit": .string(unit.rawValue),
    ]
    if !subject.isEmpty { row["kernel"] = .string(subject) }
    row["ratio"] = ratio.map(JSONValue.double)
    if let target {
      row["target"] = [
        (target.bound == .atMost ? "at_most" : "at_least"): .double(target.limit),
        "of": target.quantity == .ratio ? "ratio" : "value",
      ]
      row["reached"] = isReached.map(JSONValue.bool)
    }
    if !note.isEmpty { row["note"] = .string(note) }
    return .object(row)
  }

  private var limitText: String {
    guard let target else { return "" }
    let sign = target.bound == .atMost ? "≤" : "≥"
    let unit: Unit = target.quantity == .ratio ? .factor : unit
    return "\(sign) \(unit.text(target.limit))" + (target.quantity == .ratio ? " × floor" : "")
  }
}

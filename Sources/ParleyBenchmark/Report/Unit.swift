import Foundation

/// What a figure counts.
enum Unit: String {
  case microseconds = "µs"
  case milliseconds = "ms"
  case perSecond = "/s"
  case megabytes = "MB"
  /// Of one thing to another, without a unit.
  case factor = "×"
  /// Of one core's time.
  case percent = "%"

  /// A figure as people read it.
  func text(_ value: Double) -> String {
    switch self {
    case .perSecond: "\(Self.grouped(value))/s"
    case .factor: String(format: "%.2f", value)
    case .percent: String(format: "%.2f %%", value)
    default: String(format: value < 100 ? "%.1f %@" : "%.0f %@", value, rawValue)
    }
  }

  /// A whole number with commas between the thousands.
  private static func grouped(_ value: Double) -> String {
    var digits = String(format: "%.0f", value)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
  }
}

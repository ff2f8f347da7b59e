/// What a figure has to reach.
struct Target {
  enum Bound {
    case atMost, atLeast
  }

  /// Whether the limit is on the figure itself or on its ratio to the floor.
  enum Quantity {
    case value, ratio
  }

  let bound: Bound
  let limit: Double
  let quantity: Quantity

  static func atMost(_ limit: Double, _ quantity: Quantity = .ratio) -> Target {
    Target(bound: .atMost, limit: limit, quantity: quantity)
  }

  static func atLeast(_ limit: Double) -> Target {
    Target(bound: .atLeast, limit: limit, quantity: .value)
  }

  /// Whether a figure and its ratio reach it.
  func isReached(value: Double, ratio: Double?) -> Bool {
    let measured = quantity == .value ? value : ratio ?? value
    return bound == .atMost ? measured <= limit : measured >= limit
  }
}

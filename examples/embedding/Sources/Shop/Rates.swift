/// What the shop knows and its plugins ask it for: `shop.rates`.
struct Rates: Sendable {
  struct Request: Codable, Sendable {
    var currency: String
  }

  struct Rate: Codable, Sendable {
    var rate: Double
  }

  /// It reaches the plugin that asked, and whoever called that, with this name.
  struct UnknownCurrency: Error, CustomStringConvertible {
    let currency: String
    var description: String { "the shop takes no \(currency)" }
  }

  private let rates = ["EUR": 1.0, "USD": 1.25, "JPY": 160.0]

  /// The rate of a currency to the euro.
  func look(up request: Request) throws -> Rate {
    guard let rate = rates[request.currency] else {
      throw UnknownCurrency(currency: request.currency)
    }
    return Rate(rate: rate)
  }
}

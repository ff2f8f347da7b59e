/// A price: what `pricing.quote` gives, and what `quote:made` tells.
struct Quote: Codable, Sendable {
  var customer: String
  var total: Double
  var currency: String
}

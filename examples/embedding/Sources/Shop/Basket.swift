/// What a customer wants to know the price of.
struct Basket: Codable, Sendable {
  var customer: String
  var items: [String]
  var currency: String
}

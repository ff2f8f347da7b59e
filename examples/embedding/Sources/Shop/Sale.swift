/// What the shop tells its plugins by `sale:announced`.
struct Sale: Codable, Sendable {
  /// What is taken off every basket.
  var percent: Double
}

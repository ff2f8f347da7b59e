import Store

/// Whom a courier serves: one pattern of a plugin's.
struct CourierID: Hashable {
  let plugin: String
  let pattern: String

  /// The same, as the store knows it.
  var subscriber: DurableSubscriber {
    DurableSubscriber(tenant: "default", plugin: plugin, pattern: pattern)
  }
}

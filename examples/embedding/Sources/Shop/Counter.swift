import Parley
import ServiceLifecycle

/// Serves a few customers, and closes the shop.
struct Counter: Service {
  let orchestrator: Orchestrator

  private static let baskets = [
    Basket(customer: "Ada", items: ["tea", "cup"], currency: "EUR"),
    Basket(customer: "Linus", items: ["pot", "cup", "cup", "tea"], currency: "USD"),
    Basket(customer: "Grace", items: ["tea"], currency: "XYZ"),
  ]

  func run() async throws {
    try await orchestrator.waitUntilReady()
    for basket in Self.baskets { await serve(basket) }
  }

  private func serve(_ basket: Basket) async {
    do {
      let quote = try await orchestrator.client.call(
        "pricing.quote", basket, as: Quote.self, timeout: 5)
      print("\(basket.customer) pays \(quote.total) \(quote.currency)")
    } catch {
      print("\(basket.customer) gets no price: \(error.message)")
      for frame in error.frames {
        print("  \(frame.plugin ?? "?") (\(frame.language ?? "?")) in \(frame.function ?? "?")")
      }
    }
  }
}

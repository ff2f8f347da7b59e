import Parley
import ServiceLifecycle

/// Serves a few customers, announces a sale in between, and closes the shop.
struct Counter: Service {
  let orchestrator: Orchestrator
  let sale: OwnedEvent<Sale>

  private static let baskets = [
    Basket(customer: "Ada", items: ["tea", "cup"], currency: "EUR"),
    Basket(customer: "Linus", items: ["pot", "cup", "cup", "tea"], currency: "USD"),
    Basket(customer: "Grace", items: ["tea"], currency: "XYZ"),
  ]

  func run() async throws {
    try await orchestrator.waitUntilReady()
    await serve(Self.baskets[0])
    // When it has been emitted so, every plugin that cares knows of it.
    try await announce(Sale(percent: 20))
    for basket in Self.baskets.dropFirst() { await serve(basket) }
  }

  private func announce(_ announced: Sale) async throws {
    let reply = try await sale.emit(announced, confirm: .all)
    print("sale: known to \(reply.outcomes.keys.sorted().joined(separator: ", "))")
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

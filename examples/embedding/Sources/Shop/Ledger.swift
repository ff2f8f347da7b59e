import Parley
import ServiceLifecycle

/// Writes down every quote that is made, by whomever it was asked for.
struct Ledger: Service {
  let orchestrator: Orchestrator

  func run() async throws {
    let events = try await orchestrator.events("quote:*", as: Quote.self)
    for await event in events.cancelOnGracefulShutdown() {
      let quote = event.payload
      print("ledger: \(event.name) by \(event.emitter): \(quote.total) \(quote.currency)")
    }
  }
}

import Foundation
import Logging
import Parley
import ServiceLifecycle

/// A shop whose rules of pricing are plugins, in Python and in Ruby.
@main
struct Shop {
  static func main() async throws {
    var logger = Logger(label: "shop")
    logger.logLevel = .warning
    var configuration = OrchestratorConfiguration(
      environment: ProcessInfo.processInfo.environment)
    configuration.name = "shop"
    configuration.keepsState = false
    let orchestrator = try Orchestrator(configuration: configuration)
    let rates = Rates()
    try await orchestrator.provide("shop.rates") { (request: Rates.Request, _) in
      try rates.look(up: request)
    }
    let catalogue = Catalogue()
    try await orchestrator.provideStream("shop.catalogue") { (_: Catalogue.Request, _) in
      catalogue.all
    }
    let sale = try await orchestrator.declare("sale:announced", of: Sale.self) {
      $0.delivery = .queued
    }
    let plugins = ParleyService(orchestrator, plugins: pluginsFolder, logger: logger)
    try await ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          .init(service: plugins),
          .init(
            service: Ledger(orchestrator: orchestrator),
            successTerminationBehavior: .ignore),
          .init(
            service: Counter(orchestrator: orchestrator, sale: sale),
            successTerminationBehavior: .gracefullyShutdownGroup),
        ],
        gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
    ).run()
  }

  /// `plugins` beside this package's manifest; `SHOP_PLUGINS` names another folder.
  private static var pluginsFolder: String {
    if let folder = ProcessInfo.processInfo.environment["SHOP_PLUGINS"] { return folder }
    return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "plugins").path
  }
}

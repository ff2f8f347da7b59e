public import Logging
public import ServiceLifecycle

/// An orchestrator and its plugins among the services of an application (swift-service-lifecycle): they run until the group
/// shuts down.
///
/// ```swift
/// let plugins = ParleyService(orchestrator, plugins: "plugins", logger: logger)
/// try await ServiceGroup(services: [plugins, shop], logger: logger).run()
/// ```
/// Services that use the plugins await ``Orchestrator/waitUntilReady()``, and stand after this one in the group: a group shuts
/// down in reverse order, so they have the plugins until they have ended.
public struct ParleyService: Service {
  /// What is run.
  public let orchestrator: Orchestrator
  private let folder: String
  private let logger: Logger

  /// - Parameters:
  ///   - folder: holds plugins' folders, or is itself a plugin.
  ///   - logger: gets what plugins log and print, which of them cannot run, and which handlers fail.
  public init(_ orchestrator: Orchestrator, plugins folder: String, logger: Logger) {
    self.orchestrator = orchestrator
    self.folder = folder
    self.logger = logger
  }

  /// Starts the plugins, waits for the graceful shutdown of the group, or for the task to be cancelled, and stops them.
  ///
  /// - Throws: what keeps the orchestrator from starting at all. A plugin that cannot run is logged; the others run.
  public func run() async throws {
    let log = ReportLog(logger)
    let reports = orchestrator.reports()
    async let logged: Void = log.follow(reports)
    do {
      try await orchestrator.start()
      for problem in try await orchestrator.startPlugins(in: folder) {
        logger.error("\(problem)")
      }
    } catch {
      await orchestrator.stop()
      await logged
      throw error
    }
    try? await gracefulShutdown()
    await orchestrator.stop()
    await logged
  }
}

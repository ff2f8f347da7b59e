import KernelManagement
public import KernelProtocol
import Store

/// The dead letters of durable events of a folder of plugins that no orchestrator runs.
public struct DeadLetterArchive: Sendable {
  private let store: Store

  /// Opens the database of a folder of plugins.
  ///
  /// - Throws: ``OutcomeError`` `unavailable` when there is none, or it cannot be read.
  public init(plugins: String, environment: [String: String]) throws(OutcomeError) {
    store = try Store.kept(forPlugins: plugins, environment: environment)
  }

  /// Does what is asked, and gives the letters that it was done to: `{"letters": […]}`.
  public func perform(_ request: DeadLetterRequest) async throws(OutcomeError) -> JSONValue {
    let chosen = try request.choose(from: try await store.deadLetterEntries())
    for case .durable(let letter) in chosen.map(\.place) where request.action.changes {
      try await store.settle(letter, retries: request.action == .retry)
    }
    return request.reply(chosen)
  }

  /// Closes the file.
  public func close() async { await store.close() }

  /// The control socket of the orchestrator that runs a folder of plugins; nil when none does.
  public static func controlPath(forPlugins folder: String, environment: [String: String])
    -> String?
  {
    let path = PluginFolder(path: Path.absolute(folder)).path
    return RuntimeFolder.running(environment: environment).first { $0.plugins == path }?.control
  }
}

extension DeadLetterRequest.Action {
  /// Whether it does something to the letters.
  var changes: Bool { self == .retry || self == .drop }
}

extension DeadLetterRequest {
  /// The content of a `dead_letters_reply`.
  func reply(_ letters: [DeadLetterEntry]) -> JSONValue {
    ["letters": .array(letters.map { $0.json(isWhole: action == .show) })]
  }
}

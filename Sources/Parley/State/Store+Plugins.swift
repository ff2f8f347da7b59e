import KernelManagement
import KernelProtocol
import Store

extension Store {
  /// The database of a folder of plugins that an orchestrator has run.
  ///
  /// - Throws: ``OutcomeError`` `unavailable` when there is none, or it cannot be used.
  static func kept(
    forPlugins folder: String, environment: [String: String]
  ) throws(OutcomeError) -> Store {
    let path = StateFolder(environment: environment).database(forPlugins: Path.absolute(folder))
    guard Path.isFile(path) else {
      throw OutcomeError(
        .unavailable, "Nothing is kept for \(folder): no orchestrator has run it yet.")
    }
    do throws(StoreError) {
      return try Store(path: path, creating: false)
    } catch {
      throw OutcomeError(.unavailable, error.description)
    }
  }
}

import KernelProtocol
import Store

extension OutcomeError {
  /// What a plugin is told of the database's troubles.
  init(_ error: StoreError) {
    let outcome: Outcome =
      switch error.code {
      case .invalid: .invalidPayload
      case .tooLarge: .tooLarge
      case .stale: .noProvider
      case .rejected: .overloaded
      case .corrupt, .notWritable, .newerVersion, .busy, .diskFull, .closed, .database: .unavailable
      }
    self.init(outcome, error.description)
  }
}

import Broker
import KernelProtocol

extension Orchestrator {
  /// What the broker wants of the disk.
  func keep(_ effect: BrokerEffect) {
    guard case .store(_, let number) = effect else { return }
    handle(.stored(number, .failure(OutcomeError(.unavailable, "There is no store."))))
  }
}

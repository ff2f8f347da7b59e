import Broker
import KernelProtocol
import Store
import ZeroMQ

extension Orchestrator {
  /// Has something done on the storage, on SQLite's queue; the broker gets the result in the order of the tasks.
  func perform(_ task: StorageTask) {
    if let store = recording.store {
      submit(task, to: store)
    } else if recording.opening != nil {
      recording.waitingTasks.append(task)
    } else {
      tell(task.number, .failed(Self.noStorage))
    }
  }

  /// Does what was asked for while the database was being opened; without one it all fails.
  func performWaitingTasks() {
    let tasks = recording.waitingTasks
    recording.waitingTasks = []
    for task in tasks { perform(task) }
  }

  private func submit(_ task: StorageTask, to store: Store) {
    store.perform(task.phrase) { transaction in
      try task.result(in: &transaction)
    } then: { [self] result in
      switch result {
      case .success(let result): tell(task.number, result)
      case .failure(let error): tell(task.number, .failed(OutcomeError(error)))
      }
    }
  }

  /// Tells the broker of a result; the loop keeps the order.
  private nonisolated func tell(_ number: UInt64, _ result: StorageResult) {
    loop.execute { [self] in
      assumeIsolated { $0.handle(.storageDone(number, result)) }
    }
  }

  private static let noStorage = OutcomeError(
    .unavailable, "There is no storage here: the orchestrator keeps no database, or cannot open it."
  )
}

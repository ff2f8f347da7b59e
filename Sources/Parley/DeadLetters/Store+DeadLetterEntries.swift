import KernelProtocol
import Store

extension Store {
  /// All dead letters of durable events, the oldest first.
  func deadLetterEntries() async throws(OutcomeError) -> [DeadLetterEntry] {
    var entries: [DeadLetterEntry] = []
    var last: DurableDelivery?
    do throws(StoreError) {
      repeat {
        let page = try await deadLetters(after: last, limit: 500)
        entries += page.map { DeadLetterEntry($0) }
        last = page.last
      } while last != nil
    } catch {
      throw OutcomeError(.unavailable, error.description)
    }
    return entries
  }

  /// Has a dead letter delivered again, or deletes it; one that is gone meanwhile is no error.
  func settle(_ letter: DurableDelivery, retries: Bool) async throws(OutcomeError) {
    do throws(StoreError) {
      _ =
        retries
        ? try await retryDeadLetter(letter.number, of: letter.subscriber)
        : try await dropDeadLetter(letter.number, of: letter.subscriber)
    } catch {
      throw OutcomeError(.unavailable, error.description)
    }
  }
}

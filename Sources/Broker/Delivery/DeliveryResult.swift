public import KernelProtocol

/// How an attempt to deliver a durable event ended.
public enum DeliveryResult: Sendable {
  /// It is done.
  case handled
  /// It is to be tried again after so many seconds.
  case failed(OutcomeError, retryAfter: Double)
  /// It is a dead letter.
  case givenUp(OutcomeError)
  /// Its kernel is not there, or ended before the handler began: it does not count as an attempt.
  case notStarted
}

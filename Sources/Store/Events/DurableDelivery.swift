/// An event on its way to one subscriber, not acknowledged yet.
public struct DurableDelivery: Equatable, Sendable {
  public let event: DurableEvent
  public let subscriber: DurableSubscriber
  /// Grows with each event that is stored: the order of delivery.
  public let number: Int64
  /// Stays with the subscriber: a short name for it, together with ``number`` for the delivery.
  public let subscriberNumber: Int64
  /// How many times it was begun.
  public let attempts: Int
  /// The moment before which it is not tried again, in nanoseconds since 1970; 0 when it never failed.
  public let nextTry: Int64
  /// What the last attempt failed with.
  public let lastError: String?
}

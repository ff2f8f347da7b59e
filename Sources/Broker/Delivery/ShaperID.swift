/// Names one window of a shape.
struct ShaperID: Hashable, Sendable {
  /// Whose rhythm it is.
  enum Subject: Hashable, Sendable {
    /// That of an event, for each emitter by itself.
    case emitter(String)
    /// That of a subscription, by the shim's id of it.
    case subscription(ConnectionID, String)
  }

  let event: String
  let subject: Subject
}

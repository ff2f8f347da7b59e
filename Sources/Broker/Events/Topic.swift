/// The key under which an event is published, and the key that signs it; both unguessable.
struct Topic: Equatable {
  let event: String
  let topic: String
  let key: String
}

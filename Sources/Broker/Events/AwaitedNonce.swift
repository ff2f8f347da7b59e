/// A nonce that will tell that a subscription is in force: the events socket reads it from the same pipe, after the topics.
struct AwaitedNonce {
  let connection: ConnectionID
  let subscription: String
}

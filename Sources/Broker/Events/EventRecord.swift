/// What the broker keeps of one declared event.
struct EventRecord {
  /// The plugin that declared it.
  let owner: String
  let topic: Topic
  /// The number of the last one published; the first is 1.
  var sequence: UInt64 = 0
}

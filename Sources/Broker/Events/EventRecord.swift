/// What the broker keeps of one declared event.
struct EventRecord {
  /// The plugin that declared it.
  let owner: String
  let topic: Topic
  /// What its owner's manifest says of it.
  let settings: PluginManifest.Event
  /// The number of the last one published; the first is 1.
  var sequence: UInt64 = 0
  /// The last one, when it is kept for those who come later.
  var retained: Occurrence?
  /// The ids that its emitter gave.
  var memory = EventMemory()
}

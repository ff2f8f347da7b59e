extension MessageMetadata {
  /// The JSON text: the fields that are set, always in the same order.
  public var bytes: FrameBytes {
    var json = JSONBuilder()
    json.beginObject()
    if let outcome { json.member("outcome", outcome.rawValue) }
    writeCall(to: &json)
    writeEvent(to: &json)
    if let bufferPaths {
      json.plainKey("buffer_paths")
      json.raw(bufferPaths)
    }
    json.endObject()
    return json.frame
  }

  private func writeCall(to json: inout JSONBuilder) {
    if let method { json.member("method", method) }
    if let timeout { json.member("timeout", timeout) }
    if let remaining { json.member("remaining", remaining) }
    if let depth { json.member("depth", depth) }
    if let caller { json.member("caller", caller) }
    if let stream { json.member("stream", stream) }
    if let credit { json.member("credit", credit) }
    if let call { json.member("call", call) }
    if let frame { json.member("frame", frame) }
    if let kernel { json.member("kernel", kernel) }
  }

  private func writeEvent(to json: inout JSONBuilder) {
    if let event { json.member("event", event) }
    if let eventID { json.member("event_id", eventID) }
    if let sequence { json.member("sequence", sequence) }
    if let emitter { json.member("emitter", emitter) }
    if let tenant { json.member("tenant", tenant) }
    if let traceparent { json.member("traceparent", traceparent) }
    if let hops { json.member("hops", hops) }
    if let attempt { json.member("attempt", attempt) }
    if isDirected { writeDirected(to: &json) }
  }

  private var isDirected: Bool {
    subscriptions != nil || delivery != nil || retained != nil || batch != nil || confirm != nil
      || disposition != nil || require != nil
  }

  private func writeDirected(to json: inout JSONBuilder) {
    switch confirm {
    case .all: json.member("confirm", "all")
    case .any: json.member("confirm", "any")
    case .quorum(let count): json.member("confirm", count)
    case nil: break
    }
    if let require { json.member("require", require) }
    if let subscriptions {
      json.plainKey("subscriptions")
      json.value(JSONValue(subscriptions))
    }
    if let delivery { json.member("delivery", delivery.rawValue) }
    if let retained { json.member("retained", retained) }
    if let batch { json.member("batch", batch) }
    if let disposition { json.member("disposition", disposition.rawValue) }
    if let delay { json.member("delay", delay) }
  }
}

extension JSONBuilder {
  fileprivate mutating func member(_ key: StaticString, _ text: String) {
    plainKey(key)
    string(text)
  }

  fileprivate mutating func member(_ key: StaticString, _ number: Int) {
    plainKey(key)
    integer(number)
  }

  fileprivate mutating func member(_ key: StaticString, _ number: Double) {
    plainKey(key)
    double(number)
  }

  fileprivate mutating func member(_ key: StaticString, _ flag: Bool) {
    plainKey(key)
    bool(flag)
  }
}

import KernelProtocol

extension Broker {
  /// What a plugin asked of its storage is done: it gets the reply, and those who watch the key are told.
  mutating func storageDone(_ number: UInt64, _ result: StorageResult) {
    guard let request = storage.remove(number) else { return }
    endOutsideWait(of: request.frame)
    if let peer = connections[request.connection]?.peer {
      if let watch = request.watch, case .done = result { storage.add(watch) }
      reply(result, to: request, peer)
    }
    tellWatchers(of: request.task, result)
  }

  private mutating func reply(
    _ result: StorageResult, to request: StorageLedger.Open, _ peer: Peer
  ) {
    if case .failed(let error) = result {
      return reply(.storageReply, to: request.header, on: peer.id, error)
    }
    if case .bytes(let bytes) = result {
      var fields = MessageMetadata()
      fields.outcome = .ok
      fields.bufferPaths = Array(#"[["value"]]"#.utf8)
      send(
        .storageReply, to: peer.id, parent: request.header, metadata: fields.bytes,
        content: FrameBytes(json: ["value": .null]), buffers: [bytes])
      return
    }
    let content = content(of: result, for: peer.plugin ?? "")
    guard content.count <= configuration.messageLimit else {
      let error = OutcomeError.tooLarge(size: content.count, limit: configuration.messageLimit)
      return reply(.storageReply, to: request.header, on: peer.id, error)
    }
    replyOK(.storageReply, to: request.header, on: peer.id, content: content)
  }

  private func content(of result: StorageResult, for plugin: String) -> FrameBytes {
    var json = JSONBuilder()
    json.beginObject()
    switch result {
    case .entry(let entry):
      json.key("found")
      json.bool(entry != nil)
      if let entry { json.entry(entry, withKey: false) }
    case .entries(let entries):
      json.key("entries")
      json.beginArray()
      for entry in entries where mayRead(entry.key, plugin) {
        json.beginObject()
        json.entry(entry, withKey: true)
        json.endObject()
      }
      json.endArray()
    case .stored(let version): json.member("version", version)
    case .deleted(let version):
      json.key("deleted")
      json.bool(version != nil)
    case .compared(let isStored, let version):
      json.key("swapped")
      json.bool(isStored)
      json.member("version", version)
    case .blob(let name, let size):
      json.key("blob")
      json.string(name)
      json.member("size", Int64(size))
    case .done, .bytes, .failed: break
    }
    json.endObject()
    return json.frame
  }

  private mutating func tellWatchers(of task: StorageTask, _ result: StorageResult) {
    guard !storage.watches.isEmpty, let change = StorageChange(task, result) else { return }
    for watch in storage.watches where watch.concerns(change.key, of: task) {
      guard let peer = connections[watch.connection]?.peer, let plugin = peer.plugin,
        mayRead(change.key, plugin)
      else { continue }
      send(.storageChanged, to: peer.id, content: change.content(for: watch.id))
    }
  }
}

/// A key that is not what it was.
private struct StorageChange {
  let key: String
  /// nil when it was deleted.
  let value: FrameBytes?
  let version: Int64

  /// What an operation has changed; nil when that is nothing.
  init?(_ task: StorageTask, _ result: StorageResult) {
    switch (task.operation, result) {
    case (.set(let key, let value), .stored(let version)),
      (.compareAndSet(let key, let value, _), .compared(true, let version)):
      (self.key, self.value, self.version) = (key, value, version)
    case (.delete(let key), .deleted(let version?)):
      (self.key, value, self.version) = (key, nil, version)
    default: return nil
    }
  }

  func content(for watch: String) -> FrameBytes {
    var json = JSONBuilder()
    json.beginObject()
    json.key("watch")
    json.string(watch)
    json.key("key")
    json.string(key)
    json.member("version", version)
    if let value {
      json.key("value")
      value.withUnsafeBytes { json.raw($0) }
    } else {
      json.key("deleted")
      json.bool(true)
    }
    json.endObject()
    return json.frame
  }
}

extension JSONBuilder {
  fileprivate mutating func member(_ name: String, _ number: Int64) {
    key(name)
    integer(Int(number))
  }

  fileprivate mutating func entry(_ entry: StorageResult.Entry, withKey: Bool) {
    if withKey {
      key("key")
      string(entry.key)
    }
    key("value")
    entry.value.withUnsafeBytes { raw($0) }
    member("version", entry.version)
  }
}

import KernelProtocol

extension Broker {
  /// A plugin asks something of its storage: it is checked, and handed on to be done.
  mutating func receiveStorage(_ message: IncomingMessage, from peer: Peer) {
    do throws(OutcomeError) {
      let parent = try parentFrame(of: message, on: peer)
      guard let plugin = peer.plugin else {
        throw .unavailable("Storage belongs to a plugin, and this kernel has none.")
      }
      try checkStorageLoad(of: peer)
      let request = try StorageRequest(
        reading: message, valueLimit: configuration.storageValueLimit)
      try act(on: request, of: message, plugin: plugin, parent: parent, from: peer)
    } catch {
      reply(.storageReply, to: message.header.bytes, on: peer.id, error)
    }
  }

  private mutating func act(
    on request: StorageRequest, of message: IncomingMessage, plugin: String, parent: Frame?,
    from peer: Peer
  ) throws(OutcomeError) {
    switch request.operation {
    case .unwatch(let id):
      storage.removeWatch(id, of: peer.id)
      replyOK(.storageReply, to: message.header.bytes, on: peer.id)
    case .watch(let id, let prefix):
      try checkPermission(toRead: prefix, isPrefix: true, by: plugin)
      let watch = StorageLedger.Watch(
        id: id, connection: peer.id, tenant: Self.tenant, plugin: owner(of: prefix, plugin),
        prefix: prefix)
      open(.barrier, key: prefix, message, plugin: plugin, parent: parent, peer, watch)
    case .store(let operation):
      let key = try checkPermission(for: operation, by: plugin)
      open(operation, key: key, message, plugin: plugin, parent: parent, peer, nil)
    }
  }

  private mutating func open(
    _ operation: StorageTask.Operation, key: String, _ message: IncomingMessage, plugin: String,
    parent: Frame?, _ peer: Peer, _ watch: StorageLedger.Watch?
  ) {
    let task = StorageTask(
      number: storage.nextNumber(), tenant: Self.tenant, plugin: owner(of: key, plugin),
      operation: operation)
    storage.insert(
      StorageLedger.Open(
        connection: peer.id, header: message.header.bytes, frame: parent?.key, task: task,
        watch: watch))
    beginOutsideWait(of: parent)
    effects.append(.storage(task))
  }

  private func checkStorageLoad(of peer: Peer) throws(OutcomeError) {
    let limit = configuration.storageRequests
    guard storage.count(of: peer.id) >= limit || storage.watchCount(of: peer.id) >= limit else {
      return
    }
    throw OutcomeError(
      .overloaded,
      "The plugin \(peer.principal) has \(limit) storage requests or watches open, and that is the "
        + "limit: wait for some of them.",
      details: ["limit": JSONValue(limit), "retry_after": 1])
  }

  /// - Returns: the key or prefix that says whose keys are meant; empty for blobs.
  private func checkPermission(
    for operation: StorageTask.Operation, by plugin: String
  ) throws(OutcomeError) -> String {
    switch operation {
    case .get(let key):
      try checkPermission(toRead: key, isPrefix: false, by: plugin)
      return key
    case .list(let prefix):
      try checkPermission(toRead: prefix, isPrefix: true, by: plugin)
      return prefix
    case .set(let key, _), .delete(let key), .compareAndSet(let key, _, _):
      try checkPermission(toWrite: key, by: plugin)
      return key
    case .barrier, .putBlob, .getBlob: return ""
    }
  }

  /// Whose keys a key or prefix is about.
  private func owner(of key: String, _ plugin: String) -> String? {
    StorageRequest.isShared(key) ? nil : plugin
  }

  /// The tenant that all plugins are of.
  private static let tenant = "default"
}

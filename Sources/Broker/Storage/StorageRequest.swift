import KernelProtocol

/// What a plugin asks of its storage: the content of a `storage_request`, checked (specs/kernel-protocol.md §11).
struct StorageRequest {
  /// What is asked for; watching is the broker's own affair.
  enum Operation: Equatable {
    case store(StorageTask.Operation)
    case watch(id: String, prefix: String)
    case unwatch(id: String)
  }

  let operation: Operation

  /// Keys that begin so are shared by all plugins of a tenant.
  static let sharedPrefix = "global:"
  /// Bytes of a key at most.
  static let keyLimit = 512

  /// Whether a key, or keys that begin so, are shared. By bytes: for a `String`, `global:` with an accent on the colon
  /// would not begin with `global:`.
  static func isShared(_ key: String) -> Bool { key.utf8.starts(with: sharedPrefix.utf8) }

  /// Reads a request.
  ///
  /// - Parameter valueLimit: bytes of a value's JSON at most.
  init(reading message: IncomingMessage, valueLimit: Int) throws(OutcomeError) {
    let fields = try StorageFields(message.content)
    operation = try Self.operation(fields, message, valueLimit)
  }

  private static func operation(
    _ fields: StorageFields, _ message: IncomingMessage, _ valueLimit: Int
  ) throws(OutcomeError) -> Operation {
    switch fields.op {
    case "get": return .store(.get(key: try key(fields)))
    case "delete": return .store(.delete(key: try key(fields)))
    case "list": return .store(.list(prefix: try prefix(fields)))
    case "set":
      return .store(.set(key: try key(fields), value: try value(fields, message, valueLimit)))
    case "compare_and_set":
      return .store(
        .compareAndSet(
          key: try key(fields), value: try value(fields, message, valueLimit),
          version: try version(fields)))
    case "watch": return .watch(id: try watch(fields), prefix: try prefix(fields))
    case "unwatch": return .unwatch(id: try watch(fields))
    case "blob_put": return .store(.putBlob(try bytes(message)))
    case "blob_get": return .store(.getBlob(name: try blob(fields)))
    default:
      throw .invalidPayload(
        pointer: "/op",
        expected: "get, set, delete, list, compare_and_set, watch, unwatch, "
          + "blob_put or blob_get", got: fields.op.map(JSONValue.string))
    }
  }

  private static func key(_ fields: StorageFields) throws(OutcomeError) -> String {
    guard let key = fields.key, !key.isEmpty, !key.utf8.elementsEqual(sharedPrefix.utf8),
      key.utf8.count <= keyLimit
    else {
      throw .invalidPayload(
        pointer: "/key", expected: "a key of 1 to \(keyLimit) bytes of UTF-8",
        got: fields.key.map(JSONValue.string))
    }
    return key
  }

  private static func prefix(_ fields: StorageFields) throws(OutcomeError) -> String {
    guard let prefix = fields.prefix, prefix.utf8.count <= keyLimit else {
      throw .invalidPayload(
        pointer: "/prefix", expected: "what keys begin with, at most \(keyLimit) bytes of UTF-8",
        got: fields.prefix.map(JSONValue.string))
    }
    return prefix
  }

  private static func value(
    _ fields: StorageFields, _ message: IncomingMessage, _ limit: Int
  ) throws(OutcomeError) -> FrameBytes {
    guard let value = fields.value else {
      throw .invalidPayload(pointer: "/value", expected: "a value")
    }
    guard message.buffers.isEmpty else {
      throw .invalidPayload(
        pointer: "/value",
        expected: "a value without bytes: put those as a blob, and store the "
          + "reference")
    }
    guard value.count <= limit else {
      throw OutcomeError(
        .tooLarge,
        "The value has \(value.count) bytes of JSON, and \(limit) is the limit: put it "
          + "as a blob, and store the reference.",
        details: ["size": JSONValue(value.count), "limit": JSONValue(limit)])
    }
    return FrameBytes(value)
  }

  private static func version(_ fields: StorageFields) throws(OutcomeError) -> Int64 {
    guard let version = fields.version, version >= 0 else {
      throw .invalidPayload(
        pointer: "/version",
        expected: "the version that the key must have, or 0 for a key that "
          + "must not be there", got: fields.version.map { JSONValue($0) })
    }
    return Int64(version)
  }

  private static func watch(_ fields: StorageFields) throws(OutcomeError) -> String {
    guard let watch = fields.watch, !watch.isEmpty else {
      throw .invalidPayload(pointer: "/watch", expected: "an id for the watch")
    }
    return watch
  }

  private static func bytes(_ message: IncomingMessage) throws(OutcomeError) -> FrameBytes {
    guard message.buffers.count == 1 else {
      throw .invalidPayload(
        pointer: "/value", expected: "bytes, in one buffer",
        got: JSONValue(message.buffers.count))
    }
    return message.buffers[0]
  }

  private static func blob(_ fields: StorageFields) throws(OutcomeError) -> String {
    guard let blob = fields.blob else {
      throw .invalidPayload(pointer: "/blob", expected: "a reference such as sha256:…")
    }
    return blob
  }
}

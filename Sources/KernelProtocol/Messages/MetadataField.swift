/// The names of ``MessageMetadata``'s fields on the wire.
enum MetadataField: String, CaseIterable, Sendable {
  case method, timeout, remaining, depth, tenant, caller, traceparent, stream, credit, call, frame,
    kernel
  case outcome, event, sequence, emitter, hops, attempt
  case eventID = "event_id"
  case bufferPaths = "buffer_paths"
  case confirm, require, subscriptions, delivery, retained, batch, disposition, delay

  static let table = NameTable<Self>()
}

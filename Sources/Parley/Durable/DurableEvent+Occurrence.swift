import Broker
import Foundation
import KernelProtocol
import Store

extension DurableEvent {
  /// An event as it is stored: the payload as it is, and all else as JSON.
  init(_ occurrence: Occurrence) {
    var metadata: JSONObject = [
      "emitter": .string(occurrence.emitter), "hops": JSONValue(occurrence.hops),
      "traceparent": .string(occurrence.trace.traceparent),
    ]
    if let paths = occurrence.bufferPaths {
      metadata["buffer_paths"] = .string(String(decoding: paths, as: UTF8.self))
      metadata["buffers"] = .array(
        occurrence.buffers.map { .string(Data($0.bytes).base64EncodedString()) })
    }
    if occurrence.isNamed { metadata["emit"] = .string(occurrence.emit) }
    self.init(
      id: occurrence.id, tenant: "default", name: occurrence.event,
      payload: occurrence.content.bytes,
      metadata: FrameBytes(json: .object(metadata)).bytes,
      remembersID: occurrence.isNamed)
  }

  /// The event as it was emitted.
  var occurrence: Occurrence {
    let metadata = try? JSONParser().parse(metadata)
    let buffers = metadata?["buffers"]?.arrayValue ?? []
    return Occurrence(
      kept: name, id: id, emit: metadata?["emit"]?.stringValue ?? id, content: FrameBytes(payload),
      buffers: buffers.map {
        FrameBytes([UInt8](Data(base64Encoded: $0.stringValue ?? "") ?? Data()))
      },
      bufferPaths: metadata?["buffer_paths"]?.stringValue.map { Array($0.utf8) },
      emitter: metadata?["emitter"]?.stringValue ?? "", hops: metadata?["hops"]?.intValue ?? 1,
      traceparent: metadata?["traceparent"]?.stringValue ?? "")
  }
}

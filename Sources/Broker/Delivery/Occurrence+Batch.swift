import KernelProtocol

extension Occurrence {
  /// Several occurrences of one event as one, in order: the content is `{"items": […]}`.
  ///
  /// - Parameter occurrences: at least one; id and trace are those of the last.
  static func batch(_ occurrences: [Occurrence]) -> Occurrence? {
    guard let last = occurrences.last else { return nil }
    var content: [UInt8] = Array(#"{"items":["#.utf8)
    for (index, occurrence) in occurrences.enumerated() {
      if index > 0 { content.append(UInt8(ascii: ",")) }
      content.append(contentsOf: occurrence.content.bytes)
    }
    content.append(contentsOf: "]}".utf8)
    return Occurrence(
      event: last.event, id: last.id, emit: last.emit, content: FrameBytes(content),
      buffers: occurrences.flatMap(\.buffers), bufferPaths: bufferPaths(of: occurrences),
      emitter: last.emitter, hops: occurrences.map(\.hops).max() ?? last.hops, trace: last.trace,
      number: nil, isBatch: true)
  }

  /// The paths of all binary values, each below its item.
  private static func bufferPaths(of occurrences: [Occurrence]) -> [UInt8]? {
    var paths: [JSONValue] = []
    for (index, occurrence) in occurrences.enumerated() {
      guard let raw = occurrence.bufferPaths,
        let own = try? JSONParser().parse(raw).arrayValue
      else { continue }
      paths += own.map { .array(["items", JSONValue(index)] + ($0.arrayValue ?? [])) }
    }
    return paths.isEmpty ? nil : FrameBytes(json: .array(paths)).bytes
  }
}

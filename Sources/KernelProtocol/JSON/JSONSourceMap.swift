/// Where each value of a text stands, and the key that leads to it, by JSON pointer.
public struct JSONSourceMap: Sendable {
  public struct Location: Sendable, Equatable {
    /// The opening quote of the key; nil for the document and for elements of arrays.
    public let key: JSONPosition?
    /// The first byte of the value.
    public let value: JSONPosition
  }

  private var locations: [JSONPointer: Location] = [:]

  /// - Parameter places: in the order of the text, so that one pass counts all lines.
  init(_ places: [JSONTreeReader.Place], in bytes: UnsafeRawBufferPointer) {
    var counter = JSONPositionCounter(bytes)
    for place in places {
      let key = place.key.map { counter.position(at: $0) }
      locations[place.pointer] = Location(key: key, value: counter.position(at: place.value))
    }
  }

  public subscript(pointer: JSONPointer) -> Location? { locations[pointer] }

  /// Where to point for a message about `pointer`: at its key when it has one, else at its value;
  /// for something that is absent at the nearest container that is there.
  public func bestPosition(for pointer: JSONPointer) -> JSONPosition? {
    var candidate: JSONPointer? = pointer
    while let pointer = candidate {
      if let location = locations[pointer] { return location.key ?? location.value }
      candidate = pointer.parent
    }
    return nil
  }
}

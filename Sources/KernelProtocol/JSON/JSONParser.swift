/// Reads a whole JSON text (RFC 8259, strictly) into a ``JSONValue``.
///
/// Strict means: one value, valid UTF-8 without byte order mark, no lone surrogates, no comments,
/// no trailing commas, integers within 64 bits and floats within a double. For files use
/// ``DuplicateKeys/refused`` and ``parseWithSourceMap(_:)``, so that mistakes are named with their
/// line.
public struct JSONParser: Sendable {
  public enum DuplicateKeys: Sendable {
    /// The last value wins, as in every language's own parser.
    case lastWins
    /// ``JSONError/Code/duplicateKey``: in a file written by hand it is a mistake.
    case refused
  }

  public var duplicateKeys: DuplicateKeys
  /// Levels of arrays and objects, at most ``JSONDepth/content``.
  public var maximumDepth: Int

  public init(duplicateKeys: DuplicateKeys = .lastWins, maximumDepth: Int = JSONDepth.value) {
    self.duplicateKeys = duplicateKeys
    self.maximumDepth = min(maximumDepth, JSONDepth.content)
  }

  public func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
    do throws(JSONFault) {
      var reader = JSONTreeReader(bytes, options: self)
      return try reader.readDocument()
    } catch {
      throw JSONError(error, in: bytes)
    }
  }

  public func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    try parse(FrameBytes(bytes))
  }

  public func parse(_ text: String) throws(JSONError) -> JSONValue {
    try parse(FrameBytes(text))
  }

  public func parse(_ frame: FrameBytes) throws(JSONError) -> JSONValue {
    try frame.withUnsafeBytes { (bytes) throws(JSONError) in try parse(bytes) }
  }

  /// Also tells where each key and value stands, for messages about files.
  public func parseWithSourceMap(
    _ bytes: [UInt8]
  ) throws(JSONError) -> (value: JSONValue, sourceMap: JSONSourceMap) {
    try FrameBytes(bytes).withUnsafeBytes { (bytes) throws(JSONError) in
      do throws(JSONFault) {
        var reader = JSONTreeReader(bytes, options: self, recordsPlaces: true)
        let value = try reader.readDocument()
        return (value, JSONSourceMap(reader.places, in: bytes))
      } catch {
        throw JSONError(error, in: bytes)
      }
    }
  }
}

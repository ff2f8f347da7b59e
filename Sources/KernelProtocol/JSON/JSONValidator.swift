/// Says whether bytes are well-formed JSON, without keeping anything of them.
///
/// The broker passes contents on as they came; this is how it makes sure that a broken one stops at
/// the kernel that sent it.
public enum JSONValidator {
  /// - Throws: the first thing that is wrong, also ``JSONError/Code/notAnObject``.
  public static func validateObject(
    _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = JSONDepth.content
  ) throws(JSONError) {
    do throws(JSONFault) {
      var cursor = JSONCursor(bytes)
      cursor.skipWhitespace()
      guard try cursor.peek("an object") == ASCII.openBrace else {
        throw JSONFault(.notAnObject, at: cursor.offset)
      }
      try cursor.skipValue(maximumDepth: maximumDepth)
      try cursor.expectEnd()
    } catch {
      throw JSONError(error, in: bytes)
    }
  }

  public static func validateObject(
    _ frame: FrameBytes, maximumDepth: Int = JSONDepth.content
  ) throws(JSONError) {
    try frame.withUnsafeBytes { (bytes) throws(JSONError) in
      try validateObject(bytes, maximumDepth: maximumDepth)
    }
  }

  /// Any one value, not only an object.
  public static func validate(
    _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = JSONDepth.content
  ) throws(JSONError) {
    do throws(JSONFault) {
      var cursor = JSONCursor(bytes)
      try cursor.skipValue(maximumDepth: maximumDepth)
      try cursor.expectEnd()
    } catch {
      throw JSONError(error, in: bytes)
    }
  }
}

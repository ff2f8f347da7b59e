/// Finds one member of an object without reading the others.
public enum JSONMember {
  /// The raw text of a member's value; nil when the text is no object or has no such member.
  ///
  /// Valid only while the scanned bytes are.
  public static func value(
    of name: StaticString, in bytes: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer? {
    var scanner = JSONScanner(bytes)
    while let (key, value) = try? scanner.next() {
      if key.equals(name) { return value.bytes }
    }
    return nil
  }
}

/// How deeply arrays and objects may be nested (specs/kernel-protocol.md §2.2).
public enum JSONDepth {
  /// A value of a plugin: parameters, a payload, a result.
  public static let value = 128

  /// The content of a message: a reply wraps its value in `{"value": …}`, one level more.
  public static let content = value + 1
}

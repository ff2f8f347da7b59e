/// A loop's watch on one file descriptor; the token to end it with.
public struct DescriptorWatch: Hashable, Sendable {
  /// The descriptor, which remains the caller's to close: after the watch has ended.
  public let descriptor: Int32

  /// Never used twice, unlike a descriptor's number.
  let tag: UInt64
}

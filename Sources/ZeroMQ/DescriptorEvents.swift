/// What a file descriptor is watched for, and what was seen.
public struct DescriptorEvents: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Reading would not block: there are bytes, or the end of them; a pidfd's process has ended.
  public static let readable = DescriptorEvents(rawValue: 1)

  /// Writing would not block.
  public static let writable = DescriptorEvents(rawValue: 2)

  /// The other end was closed. Seen whether watched for or not.
  public static let hangUp = DescriptorEvents(rawValue: 4)

  /// The descriptor is in error, such as a pipe nobody reads. Seen whether watched for or not.
  public static let error = DescriptorEvents(rawValue: 8)
}

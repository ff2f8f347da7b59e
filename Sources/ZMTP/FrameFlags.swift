/// The first byte of a frame.
struct FrameFlags: OptionSet {
  let rawValue: UInt8

  /// Another frame of the message follows.
  static let more = FrameFlags(rawValue: 1)
  /// The length has eight bytes, not one.
  static let long = FrameFlags(rawValue: 2)
  /// It is a command, not a part of a message.
  static let command = FrameFlags(rawValue: 4)
}

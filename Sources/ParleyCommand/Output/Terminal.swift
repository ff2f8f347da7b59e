import Glibc
import Synchronization

/// A standard stream: colour only on a terminal, and not when `NO_COLOR` says so (no-color.org).
struct Terminal: Sendable {
  static let standardOutput = Terminal(descriptor: 1)
  static let standardError = Terminal(descriptor: 2)

  /// How a piece of text looks.
  enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  /// Goes back to the start of the line and clears it, for a line that is written again and again.
  static let startOfLine = "\r\u{1B}[K"

  let descriptor: Int32
  /// Whether somebody looks at it.
  let isInteractive: Bool
  /// Whether colours may be used.
  let isColoured: Bool

  private init(descriptor: Int32) {
    self.descriptor = descriptor
    let refused = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    isInteractive = isatty(descriptor) == 1
    isColoured = isInteractive && !refused
  }

  /// How many characters a line may have; 80 when it is no terminal.
  var width: Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// The text in a style, or plain.
  func style(_ text: String, _ style: Style) -> String {
    isColoured ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Writes text whole. A reader that has gone (`| head`) is no error.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let start = rest.baseAddress, !rest.isEmpty {
        let count = Glibc.write(descriptor, start, rest.count)
        if count < 0, errno == EINTR || errno == EAGAIN { continue }
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// Writes a line.
  func line(_ text: String = "") { write(text + "\n") }
}

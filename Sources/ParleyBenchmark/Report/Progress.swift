import Foundation

/// Says on standard error what is going on; a run takes minutes.
struct Progress {
  /// Tells of the next step.
  func step(_ text: String) { FileHandle.standardError.write(Data("  \(text)\n".utf8)) }
}

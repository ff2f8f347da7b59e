import KernelProtocol
import Synchronization

/// Patterns read once: every append asks each subscriber's.
final class PatternCache: Sendable {
  private let patterns = Mutex<[String: NamePattern]>([:])

  /// Whether the pattern stands for the event; one that cannot be read stands for none.
  func matches(_ pattern: String, _ event: String) -> Bool {
    let known = patterns.withLock { patterns in
      if let known = patterns[pattern] { return known as NamePattern? }
      let read = try? NamePattern(pattern, .event)
      patterns[pattern] = read
      return read
    }
    return known?.matches(event) ?? false
  }
}

internal import Glibc

/// The immutable bytes of one frame of a message.
///
/// Either its own array, or a view into storage that somebody else owns and that this value keeps
/// alive: a ZeroMQ message passes through the broker so without being copied. Copies share the
/// storage.
public struct FrameBytes: Sendable {
  /// One reference in either case, so that a copy costs as little as can be.
  private enum Storage: @unchecked Sendable {
    case own([UInt8])
    /// Safe to share: nobody writes to the storage, and the owner outlives every use of the view.
    case borrowed(any AnyObject & Sendable, UnsafeRawBufferPointer)
  }

  private let storage: Storage

  public init(_ bytes: [UInt8] = []) { storage = .own(bytes) }

  public init(_ text: String) { self.init(Array(text.utf8)) }

  /// - Parameter bytes: must stay valid and unchanged for as long as `owner` lives.
  public init(owner: any AnyObject & Sendable, _ bytes: UnsafeRawBufferPointer) {
    storage = .borrowed(owner, bytes)
  }

  /// What keeps the borrowed storage alive; nil when the bytes are the value's own. A sender that
  /// recognises its own kind can pass the storage on instead of copying the bytes.
  public var owner: (any AnyObject & Sendable)? {
    if case .borrowed(let owner, _) = storage { owner } else { nil }
  }

  public var count: Int {
    switch storage {
    case .own(let array): array.count
    case .borrowed(_, let bytes): bytes.count
    }
  }

  public var isEmpty: Bool { count == 0 }

  /// The pointer is valid only inside `body`.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch storage {
    case .own(let array):
      return try array.withUnsafeBufferPointer { (buffer) throws(Failure) in
        try body(UnsafeRawBufferPointer(buffer))
      }
    case .borrowed(let owner, let bytes):
      defer { withExtendedLifetime(owner) {} }
      return try body(bytes)
    }
  }

  /// A copy of all bytes; free when they are the value's own.
  public var bytes: [UInt8] {
    switch storage {
    case .own(let array): array
    case .borrowed(_, let bytes): Array(bytes)
    }
  }

  /// A copy of a part, which is cut to what is there.
  public subscript(range: Range<Int>) -> [UInt8] {
    withUnsafeBytes { Array($0[range.clamped(to: 0..<$0.count)]) }
  }
}

extension FrameBytes: Hashable {
  /// By content, wherever the bytes lie.
  public static func == (left: FrameBytes, right: FrameBytes) -> Bool {
    left.withUnsafeBytes { left in
      right.withUnsafeBytes { right in
        guard left.count == right.count else { return false }
        guard let first = left.baseAddress, let second = right.baseAddress else { return true }
        return memcmp(first, second, left.count) == 0
      }
    }
  }

  public func hash(into hasher: inout Hasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

extension FrameBytes: CustomStringConvertible {
  /// The text; bytes that are not UTF-8 become U+FFFD.
  public var description: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}

extension FrameBytes: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) {
    self.init(text)
  }
}

/// A trace that is known before it begins: whoever makes requests in it finds it again by its id.
///
/// ```swift
/// let trace = RequestTrace()
/// let reply = await trace.run { try? await client.call("report.render") }
/// ```
public struct RequestTrace: Sendable {
  /// The one that requests of the current task belong to, unless a handler makes them: those belong to the handler's.
  @TaskLocal static var current: RequestTrace?

  /// 32 hexadecimal digits.
  public let id: String
  private let span: String

  /// A new one.
  public init() {
    var random = SystemRandomNumberGenerator()
    id = Self.digits(random.next() | 1) + Self.digits(random.next())
    span = Self.digits(random.next() | 1)
  }

  /// As W3C's trace context has it.
  var traceparent: String { "00-\(id)-\(span)-01" }

  /// Runs a body whose requests belong to the trace.
  public func run<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
    await Self.$current.withValue(self) { await body() }
  }

  private static func digits(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

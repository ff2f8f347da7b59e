import KernelProtocol
import Tracing

/// The current task's span and the W3C trace context, which is how messages carry it.
enum CurrentSpan {
  /// Metadata of a request, with the `traceparent` of the trace that was begun for it, or else of the current span when the
  /// application's tracing gives one.
  static func added(to metadata: JSONObject) -> JSONObject {
    guard let traceparent = RequestTrace.current?.traceparent ?? traceparent else {
      return metadata
    }
    var metadata = metadata
    metadata["traceparent"] = .string(traceparent)
    return metadata
  }

  private static var traceparent: String? {
    guard let context = ServiceContext.current else { return nil }
    var carrier: [String: String] = [:]
    InstrumentationSystem.instrument.inject(context, into: &carrier, using: Headers())
    return carrier["traceparent"]
  }

  /// What the application's tracing makes of a `traceparent`; nil when it does not know them.
  static func context(_ traceparent: String) -> ServiceContext? {
    var context = ServiceContext.topLevel
    InstrumentationSystem.instrument.extract(
      ["traceparent": traceparent], into: &context, using: Headers())
    return context.isEmpty ? nil : context
  }

  /// Headers as a dictionary; their names know no case.
  private struct Headers: Injector, Extractor {
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
      carrier[key.lowercased()] = value
    }

    func extract(key: String, from carrier: [String: String]) -> String? {
      carrier[key.lowercased()]
    }
  }
}

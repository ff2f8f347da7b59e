import Foundation
import Testing

/// The example of a chain of events, `examples/forms`, as its README tells it.
@Suite("The example of forms", .enabled(if: WeatherExample.isRunnable), .timeLimit(.minutes(5)))
struct FormsExampleTests {
  /// What the example makes, and what the orchestrator keeps.
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("parley-forms-" + UUID().uuidString.prefix(8)).path
  private static let plugins = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("examples/forms/plugins").path

  private func run(_ arguments: [String]) async throws -> ParleyProgram.Result {
    try await ParleyProgram.run(
      arguments + ["--plugins", Self.plugins], runtime: folder + "/runtime",
      environment: ["FORMS_DATA": folder + "/data"])
  }

  private func submit(_ name: String, email: String = "a@example.org") async throws -> String {
    try FileManager.default.createDirectory(
      atPath: folder + "/data", withIntermediateDirectories: true)
    let form = #"{"name": "\#(name)", "email": "\#(email)", "message": "Hello"}"#
    let result = try await run(["call", "form.submit", form, "--json"])
    #expect(result.status == 0, "\(result.errors)")
    return try #require((result.json["value"] as? [String: Any])?["id"] as? String)
  }

  private func letter(_ id: String) -> String? {
    try? String(contentsOfFile: folder + "/data/outbox/\(id).txt", encoding: .utf8)
  }

  @Test("a form goes through all the steps in one trace, and every event of it is in the audit")
  func chain() async throws {
    let id = try await submit("Ada")
    #expect(letter(id) == "Dear Ada, your form has arrived.\n")
    let audit = try String(contentsOfFile: folder + "/data/audit.log", encoding: .utf8)
    for event in ["submitted", "accepted", "saved"] {
      #expect(audit.contains("form:\(event) \(id)"))
    }
    let trace = try await run(["trace", "latest"]).output
    for step in ["form.submit", "on form:submitted", "on form:accepted", "on form:saved"] {
      #expect(trace.contains(step), "\(trace)")
    }
    #expect(trace.split(separator: "\n").first?.hasSuffix("ok") == true, "\(trace)")
  }

  @Test("a form with mistakes is refused with the reasons; one of the wrong type does not come in")
  func refused() async throws {
    let id = try await submit(" ", email: "nowhere")
    #expect(
      letter(id) == "Your form was not accepted: the name is empty, the address has no @.\n")
    let result = try await run([
      "call", "form.submit", #"{"name": "x", "email": 7, "message": ""}"#,
    ])
    #expect(result.status == 1)
    #expect(result.errors.contains("/email: expected a string, got a number"))
  }

  @Test("a crash in the middle is named by the trace, and loses nothing")
  func crash() async throws {
    let id = try await submit("Crash")
    if letter(id) == nil {
      let trace = try await run(["trace", "latest"]).output
      #expect(trace.contains("kernel_died at on form:saved in notify"), "\(trace)")
      _ = try await run(["call", "forms.list"])
    }
    #expect(letter(id) == "Dear Crash, your form has arrived.\n")
  }
}

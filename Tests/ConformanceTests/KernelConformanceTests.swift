import Testing

@testable import Conformance

/// The tables of `specs/conformance`, played on every kernel that is installed. One kernel after the other, since the cases
/// have deadlines and the suite itself plays several at a time.
@Suite("The kernels", .serialized, .timeLimit(.minutes(10)))
struct KernelConformanceTests {
  @Test("a kernel that is required is one that there is")
  func required() {
    for name in Installation.required where name != "all" {
      #expect(Installation.kernels.contains(name), "PARLEY_REQUIRE_KERNELS names \(name)")
    }
  }

  @Test("a kernel does what the protocol asks", arguments: Installation.kernels)
  func conformance(kernel: String) async throws {
    let suite = try await Installation.suite()
    guard Installation.has(kernel, in: suite) else { return }
    // A pair is played where its first kernel is examined, and so once.
    let runs = suite.runs(examining: [kernel]).filter { $0.kernels.first == kernel }
    let results = await suite.play(runs)
    #expect(results.count == runs.count)
    for result in results {
      if case .failed(let problems, let exchange) = result.verdict {
        Issue.record("\((["\(result.run)"] + problems + exchange).joined(separator: "\n  "))")
      }
    }
  }
}

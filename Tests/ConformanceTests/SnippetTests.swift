import KernelProtocol
import Testing

@testable import Conformance

@Suite("Snippets")
struct SnippetTests {
  @Test(
    "a kernel's snippets have every role and every method that it does not say it lacks",
    arguments: Installation.kernels)
  func complete(kernel: String) async throws {
    let suite = try await Installation.suite()
    let snippets = try #require(suite.snippets[kernel])
    for (name, role) in suite.tables.roles where snippets.lacks[name] == nil {
      let source = try snippets.source(of: name, for: "p")
      for method in role.provides.keys where snippets.lacks[method] == nil {
        #expect(source.contains("p.\(method)"), "\(kernel), \(name): p.\(method)")
      }
    }
  }

  @Test("a kernel's cells are those of the tables", arguments: Installation.kernels)
  func cells(kernel: String) async throws {
    let suite = try await Installation.suite()
    let wanted = suite.tables.tables.flatMap(\.cases).flatMap(\.steps).compactMap { step in
      if case .execute(let name) = step.action { name } else { nil }
    }
    #expect(Set(suite.snippets[kernel]?.cells.keys ?? []) == Set(wanted))
  }

  @Test("a kernel tells of its language's traps", arguments: Installation.kernels)
  func traps(kernel: String) async throws {
    let suite = try await Installation.suite()
    #expect(suite.snippets[kernel]?.traps.isEmpty == false)
  }

  @Test("a missing snippet is told by its file")
  func missing() async throws {
    let suite = try await Installation.suite()
    let snippets = try #require(suite.snippets["python"])
    #expect {
      try snippets.source(of: "dancer", for: "p")
    } throws: { error in
      "\(error)".contains("python/dancer.py: the snippet of the role \"dancer\" is missing")
    }
  }
}

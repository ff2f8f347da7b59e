import Foundation
import Testing

@Suite("The documentation", .timeLimit(.minutes(5)))
struct DocumentationTests {
  @Test("what a page shows is what its commands print", arguments: DocumentationPage.runnable)
  func running(_ page: DocumentationPage) async throws {
    let fixture = try PluginFixture()
    try page.write(to: fixture.path)
    for step in page.steps {
      let result = try await run(step.command, fixture)
      let differences = ConsoleOutput(result).differences(from: ConsoleOutput(step.output))
      for difference in differences {
        Issue.record("\(page.path): $ \(step.command)\n\(difference)")
      }
    }
  }

  @Test("a pattern has commands to run, and plugins in two languages of which all is shown")
  func patterns() {
    #expect(!DocumentationPage.patterns.isEmpty)
    for page in DocumentationPage.patterns {
      #expect(!page.steps.isEmpty, "\(page.path) has nothing to run: a block ```console")
      #expect(page.kernels.count >= 2, "\(page.path) has plugins in \(page.kernels)")
      for block in page.blocks where block.file == nil && block.language != "console" {
        Issue.record("\(page.path): a block in \(block.language) does not say which file it is")
      }
    }
  }

  @Test("every page is in the list of pages, and every link leads somewhere")
  func links() throws {
    let list = try #require(DocumentationPage.all.first { $0.path == "docs/README.md" })
    for page in DocumentationPage.all where page.path.hasPrefix("docs/") && page.path != list.path {
      let name = page.path.dropFirst("docs/".count)
      #expect(list.text.contains("](\(name))"), "docs/README.md does not link to \(name)")
    }
    for page in DocumentationPage.all {
      let folder = URL(fileURLWithPath: DocumentationPage.root + "/" + page.path)
        .deletingLastPathComponent()
      for link in page.text.matches(of: #/\]\(([^)#:]+)(?:#[^)]*)?\)/#) {
        let target = folder.appendingPathComponent(String(link.1)).path
        #expect(
          FileManager.default.fileExists(atPath: target), "\(page.path) links to \(link.1)")
      }
    }
  }

  @Test("lines of one source are compared in order, with … for what varies")
  func comparing() {
    let printed = ConsoleOutput(["one", "10:20:30.123 a (lua): x 7", "two", "10:20:30.124 b: y"])
    let same = ["… b: y", "one", "… a (lua): x …", "two"]
    #expect(printed.differences(from: ConsoleOutput(same)).isEmpty)
    for wrong in [
      ["one"], ["two", "one"] + same.filter { $0.hasPrefix("…") }, same + ["three"],
      same.map { $0 == "… b: y" ? "… b: z" : $0 },
    ] {
      #expect(!printed.differences(from: ConsoleOutput(wrong)).isEmpty, "\(wrong)")
    }
    #expect(ConsoleOutput(["a", "b", "c"]).differences(from: ConsoleOutput(["a", "…"])).isEmpty)
  }

  /// Runs a command as a shell does, in the page's folder.
  private func run(_ command: String, _ fixture: PluginFixture) async throws
    -> ParleyProgram.Result
  {
    let folder = (ParleyProgram.path as NSString).deletingLastPathComponent
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let program = try RunningProgram(
      ["-c", command], executable: "/bin/sh", in: fixture.path, runtime: fixture.runtime,
      environment: ["PATH": folder + ":" + path])
    return await program.result()
  }
}

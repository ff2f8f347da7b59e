import Foundation
import Testing

@Suite("parley new kernel", .timeLimit(.minutes(5)))
struct NewKernelCommandTests {
  /// A kernel `tcl` in a folder of its own; Python stands for the interpreter, since it need not be Tcl's.
  private func make(in fixture: PluginFixture) async throws -> ParleyProgram.Result {
    try await ParleyProgram.run([
      "new", "kernel", "tcl", "--interpreter", "python3", "--ending", "tcl", "--comment", "//",
      "--into", fixture.path,
    ])
  }

  @Test("every file that its README and its kernel.json name is there")
  func files() async throws {
    let fixture = try PluginFixture()
    let made = try await make(in: fixture)
    #expect(made.status == 0, "\(made.errors)")
    let folder = fixture.path + "/tcl"
    let readme = try String(contentsOfFile: folder + "/README.md", encoding: .utf8)
    let named = readme.matches(of: /`((?:conformance\/|template\/|main\.|kernel\.|\/)[^` ]+)`/)
      .map { String($0.1) }
    #expect(named.contains("conformance/station.tcl") && named.count > 8)
    for name in named {
      let path = name.hasPrefix("/") ? name : folder + "/" + name
      #expect(FileManager.default.fileExists(atPath: path), "\(name)")
    }
    let spec = try String(contentsOfFile: folder + "/kernel.json", encoding: .utf8)
    #expect(spec.contains("{resource_dir}/main.tcl"))
  }

  @Test("no word of the template is left over, and comments are the language's")
  func words() async throws {
    let fixture = try PluginFixture()
    _ = try await make(in: fixture)
    let folder = fixture.path + "/tcl"
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where (file as NSString).pathExtension != "" {
      let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
      #expect(!text.replacing("{{name}}", with: "").contains("{{"), "\(file)")
      if file.hasSuffix(".tcl") {
        #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("//") }, "\(file)")
      }
    }
  }

  @Test("each step of its README has cases", .enabled(if: !Language.installed.isEmpty))
  func steps() async throws {
    let fixture = try PluginFixture()
    _ = try await make(in: fixture)
    let readme = try String(contentsOfFile: fixture.path + "/tcl/README.md", encoding: .utf8)
    let cases = try await ParleyProgram.run(["conformance", "--list"]).output
    let texts = readme.matches(of: /--only "([^"]+)"/).map { String($0.1) }
    #expect(texts.count > 10)
    for text in texts { #expect(cases.contains(text), "\(text)") }
  }

  @Test("the kernels' commands find it by PARLEY_KERNEL_PATH")
  func found() async throws {
    let fixture = try PluginFixture()
    _ = try await make(in: fixture)
    let environment = ["PARLEY_KERNEL_PATH": fixture.path]
    let kernels = try await ParleyProgram.run(["kernels"], environment: environment)
    #expect(kernels.output.contains(fixture.path + "/tcl"))
    let list = try await ParleyProgram.run(
      ["conformance", "--kernel", "tcl", "--list"], environment: environment)
    #expect(list.output.contains("[tcl]"), "\(list.errors)")
  }

  @Test("overwrites nothing")
  func overwrites() async throws {
    let fixture = try PluginFixture()
    _ = try await make(in: fixture)
    let again = try await make(in: fixture)
    #expect(again.status == 1)
    #expect(again.errors.contains("there already"))
  }

  @Test(
    "a name that cannot be a kernel's is refused", arguments: ["a b", "../up", ".hidden", "lua"])
  func names(_ name: String) async throws {
    let fixture = try PluginFixture()
    let refused = try await ParleyProgram.run(["new", "kernel", name, "--into", fixture.path])
    #expect(refused.status == (name == "lua" ? 1 : 2))
    #expect(refused.errors.contains(name))
    #expect(!FileManager.default.fileExists(atPath: fixture.path + "/" + name))
  }
}

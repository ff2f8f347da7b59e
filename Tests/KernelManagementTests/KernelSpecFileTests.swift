import Testing

@testable import KernelManagement

@Suite("Reading a kernel.json")
struct KernelSpecFileTests {
  private func read(_ text: String) async throws -> KernelSpec {
    try await TestSupport.withFolder { folder in
      try TestSupport.write(text, to: folder + "/kernel.json")
      return try KernelSpecFile.read(name: "test", folder: folder)
    }
  }

  @Test("a foreign kernel is one without metadata.parley.protocol, with Jupyter's defaults")
  func foreign() async throws {
    let spec = try await read(
      #"""
      {"argv": ["R", "--args", "{connection_file}"], "display_name": "R", "language": "R",
       "metadata": {"debugger": true}}
      """#)
    #expect(spec.shim == nil)
    #expect(spec.interruptMode == .signal)
    #expect(spec.environment.isEmpty)
    #expect(spec.arguments == ["R", "--args", "{connection_file}"])
  }

  @Test("a shim's metadata is read whole")
  func shim() async throws {
    let spec = try await read(
      #"""
      {"argv": ["perl", "{resource_dir}/main.pl"], "display_name": "Perl", "language": "perl",
       "interrupt_mode": "message", "env": {"A": "1"},
       "metadata": {"parley": {
         "protocol": "1.0", "extensions": [".pl"], "version": ["perl", "-v"], "minimum": "5.36",
         "checks": [{"run": ["perl", "-MCoro", "-e", "1"], "what": "the Perl module Coro",
                     "mend": {"debian": "apt-get install libcoro-perl", "any": "cpan Coro"}}],
         "install": {"any": "install Perl"},
         "environment": {"python": {"interpreter": "bin/python"},
                         "local_lib": {"variable": "PERL5LIB", "suffix": "lib/perl5"}}}}}
      """#)
    let shim = try #require(spec.shim)
    #expect(spec.interruptMode == .message)
    #expect(spec.environment == ["A": "1"])
    #expect(shim.protocolVersion == "1.0")
    #expect(shim.extensions == [".pl"])
    #expect(shim.minimum == "5.36")
    #expect(shim.checks.map(\.what) == ["the Perl module Coro"])
    #expect(shim.checks[0].mend.command(for: .debian) == "apt-get install libcoro-perl")
    #expect(shim.install.command(for: .debian) == "install Perl")
    #expect(shim.environmentRules["python"] == .interpreter("bin/python"))
    #expect(
      shim.environmentRules["local_lib"]
        == .variable("PERL5LIB", suffix: "lib/perl5", separator: nil))
  }

  @Test(
    "what is wrong is named with its place",
    arguments: [
      (#"{"display_name": "X", "language": "x"}"#, "\"argv\" is missing"),
      (#"{"argv": [], "display_name": "X", "language": "x"}"#, "\"argv\" is empty"),
      (#"{"argv": ["x", 1], "display_name": "X", "language": "x"}"#, "\"argv[1]\" is not a text"),
      (#"{"argv": ["x"], "display_name": null, "language": "x"}"#, "\"display_name\" is null"),
      (
        #"""
        {"argv": ["x"], "display_name": "X", "language": "x",
         "metadata": {"parley": {"protocol": "1.0", "environment": {"a": {}}}}}
        """#, "\"metadata.parley.environment.a\" is wrong: a rule has either"
      ),
      ("{\"argv\": [\"x\"],\n  \"language\": }", "line 2"),
      ("", "it is not JSON"),
    ])
  func problems(text: String, cause: String) async throws {
    let error = await #expect(throws: KernelManagementError.self) { try await read(text) }
    #expect(error?.code == .invalidSpec)
    #expect(error?.cause.contains(cause) == true, "\(error?.cause ?? "no error")")
    #expect(error?.advice.isEmpty == false)
  }
}

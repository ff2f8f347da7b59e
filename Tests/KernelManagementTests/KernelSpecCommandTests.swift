import Testing

@testable import KernelManagement

@Suite("The command of a kernelspec")
struct KernelSpecCommandTests {
  private static let rules: [String: EnvironmentRule] = [
    "python": .interpreter("bin/python"),
    "gemfile": .variable("BUNDLE_GEMFILE", suffix: nil, separator: nil),
    "lua_path": .variable("LUA_PATH", suffix: nil, separator: ";"),
    "local_lib": .variable("PERL5LIB", suffix: "lib/perl5", separator: nil),
  ]

  private func command(
    _ choices: [String: String] = [:], in folder: String = "/plugins/a",
    environment: [String: String] = [:], inherited: [String: String] = [:],
    override: LaunchOverride = LaunchOverride()
  ) throws -> KernelCommand {
    let spec = KernelSpec(
      name: "test", folder: "/kernels/test",
      arguments: ["python3", "{resource_dir}/main.py", "-f={connection_file}"],
      displayName: "Test", language: "test", environment: environment,
      shim: ShimDescription(protocolVersion: "1.0", environmentRules: Self.rules))
    return try spec.command(
      for: KernelCommandRequest(
        pluginFolder: folder, choices: choices, inherited: inherited, override: override))
  }

  @Test("what the host wants otherwise goes before the kernelspec and what is inherited")
  func override() throws {
    let command = try command(
      environment: ["A": "spec", "B": "spec"], inherited: ["A": "old", "C": "old", "D": "old"],
      override: LaunchOverride(
        interpreter: "/opt/python", environment: ["A": "host", "C": "host"]))
    #expect(command.arguments == ["/opt/python", "/kernels/test/main.py", "-f=/proc/self/fd/3"])
    #expect(command.environment == ["A": "host", "B": "spec", "C": "host", "D": "old"])
  }

  @Test("placeholders are replaced wherever they stand")
  func placeholders() throws {
    #expect(
      try command().arguments == ["python3", "/kernels/test/main.py", "-f=/proc/self/fd/3"])
  }

  @Test("the kernelspec's variables go over the inherited ones and may refer to them")
  func templates() throws {
    let command = try command(
      environment: ["PATH": "/opt:${PATH}", "COST": "$$5 $HOME ${NONE}", "B": "b"],
      inherited: ["PATH": "/bin", "HOME": "/home/ada", "B": "a", "C": "c"])
    #expect(
      command.environment == [
        "PATH": "/opt:/bin", "COST": "$5 /home/ada ${NONE}", "HOME": "/home/ada", "B": "b",
        "C": "c",
      ])
  }

  @Test("what is meant for the orchestrator alone is not inherited")
  func scrubbed() throws {
    let inherited = ["NODE_EXTRA_CA_CERTS": "x", "JPY_PARENT_PID": "1", "PARLEY_KERNEL_ID": "k"]
    #expect(try command(inherited: inherited).environment.isEmpty)
  }

  @Test(
    "a variable is set to a path seen from the plugin's folder",
    arguments: [
      (["gemfile": "Gemfile"], "BUNDLE_GEMFILE", "/plugins/a/Gemfile"),
      (["gemfile": "/etc/Gemfile"], "BUNDLE_GEMFILE", "/etc/Gemfile"),
      (["local_lib": "./local"], "PERL5LIB", "/plugins/a/local/lib/perl5"),
      (["lua_path": "./?.lua;/l/?.lua;;"], "LUA_PATH", "/plugins/a/?.lua;/l/?.lua;;"),
    ])
  func variables(choices: [String: String], name: String, value: String) throws {
    #expect(try command(choices).environment[name] == value)
  }

  @Test("an interpreter is found inside the environment, or is the file itself")
  func interpreter() async throws {
    try await TestSupport.withFolder { folder in
      try TestSupport.write("", to: folder + "/.venv/bin/python", executable: true)
      let expected = folder + "/.venv/bin/python"
      #expect(try command(["python": ".venv"], in: folder).arguments[0] == expected)
      #expect(try command(["python": ".venv/bin/python"], in: folder).arguments[0] == expected)
      #expect(try command(["python": folder + "/.venv"]).arguments[0] == expected)
    }
  }

  @Test("an environment that is not there is an error that names the file looked for")
  func missingInterpreter() async throws {
    try await TestSupport.withFolder { folder in
      try TestSupport.write("", to: folder + "/.venv/readme")
      let error = #expect(throws: KernelManagementError.self) {
        try command(["python": ".venv"], in: folder)
      }
      #expect(error?.code == .invalidEnvironment)
      #expect(error?.cause == "there is no executable file \(folder)/.venv/bin/python")
    }
  }

  @Test(
    "an unknown environment is an error with the nearest known one",
    arguments: [
      ("pyton", "Did you mean \"python\"?"),
      ("container", "It knows \"gemfile\", \"local_lib\", \"lua_path\", \"python\"."),
    ])
  func unknownKey(key: String, advice: String) {
    let error = #expect(throws: KernelManagementError.self) { try command([key: "x"]) }
    #expect(error?.code == .invalidEnvironment)
    #expect(error?.advice == advice)
  }
}

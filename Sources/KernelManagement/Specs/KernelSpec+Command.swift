extension KernelSpec {
  /// The command and environment for one launch.
  ///
  /// The environment is the inherited one without ``InheritedEnvironment/scrubbed``, then the
  /// kernelspec's `env`, then what the host wants otherwise, then what the manifest's `environment` chooses.
  ///
  /// - Throws: ``KernelManagementError/Code/invalidEnvironment`` for a choice that this kernel does not
  ///   know, or one that names what is not there.
  public func command(
    for request: KernelCommandRequest
  ) throws(KernelManagementError) -> KernelCommand {
    let inherited = InheritedEnvironment.scrub(request.inherited)
    let own = environment.mapValues { EnvironmentTemplate.substitute($0, from: inherited) }
    var command = KernelCommand(
      arguments: substituted(arguments, connectionFile: request.connectionFile),
      environment: inherited.merging(own) { _, new in new }
        .merging(request.override.environment) { _, new in new })
    if let interpreter = request.override.interpreter, !command.arguments.isEmpty {
      command.arguments[0] = interpreter
    }
    for (key, value) in request.choices.sorted(by: { $0.key < $1.key }) {
      try apply(key, value, in: request.pluginFolder, to: &command)
    }
    return command
  }

  /// `arguments` with `{resource_dir}` and `{connection_file}` replaced wherever they stand
  /// (Jupyter).
  func substituted(_ arguments: [String], connectionFile: String) -> [String] {
    arguments.map {
      $0.replacing("{resource_dir}", with: folder)
        .replacing("{connection_file}", with: connectionFile)
    }
  }

  private func apply(
    _ key: String, _ value: String, in pluginFolder: String, to command: inout KernelCommand
  ) throws(KernelManagementError) {
    switch try rule(for: key) {
    case .interpreter(let inside):
      command.arguments[0] = try interpreter(key, value, inside: inside, folder: pluginFolder)
    case .variable(let name, let suffix, let separator):
      command.environment[name] = paths(value, separator: separator).map { path in
        path.isEmpty
          ? path : Path.absolute(path, in: pluginFolder) + (suffix.map { "/" + $0 } ?? "")
      }.joined(separator: separator ?? "")
    }
  }

  private func rule(for key: String) throws(KernelManagementError) -> EnvironmentRule {
    let rules = shim?.environmentRules ?? [:]
    if let rule = rules[key] { return rule }
    let known = rules.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
    let nearest = NearestName.to(key, in: rules.keys)
    throw environmentError(
      key, cause: "the kernel \(name) does not know \"\(key)\"",
      advice: nearest.map { "Did you mean \"\($0)\"?" }
        ?? (known.isEmpty ? "Remove it: this kernel has no environments." : "It knows \(known)."))
  }

  private func interpreter(
    _ key: String, _ value: String, inside: String, folder: String
  ) throws(KernelManagementError) -> String {
    let path = Path.absolute(value, in: folder)
    if Path.isExecutableFile(path) { return path }
    let interpreter = path + "/" + inside
    if Path.isExecutableFile(interpreter) { return interpreter }
    throw environmentError(
      key, cause: "there is no executable file \(Path.isFolder(path) ? interpreter : path)",
      advice: "Create the environment, or correct the path, which is seen from the plugin's folder."
    )
  }

  private func environmentError(
    _ key: String, cause: String, advice: String
  ) -> KernelManagementError {
    KernelManagementError(
      .invalidEnvironment, operation: "apply \"environment\": {\"\(key)\": …} of the manifest",
      cause: cause, advice: advice)
  }

  /// The paths of a list. Empty entries are kept: `;;` in LUA_PATH stands for the default path.
  private func paths(_ value: String, separator: String?) -> [String] {
    guard let separator, !separator.isEmpty else { return [value] }
    return value.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}

import Broker
import KernelManagement
import KernelProtocol

extension Orchestrator {
  /// Reads the plugins of a folder and starts them; those that cannot run are told, the others run.
  ///
  /// It returns as soon as the kernels are launched: ``waitUntilSettled()`` waits for the plugins.
  ///
  /// - Parameter folder: holds plugins' folders, or is itself a plugin.
  /// - Throws: ``PluginFolderError`` when the folder itself cannot be read or a `required` plugin cannot run, ``PluginProblem`` when
  ///   the host's `parley.json` beside it is wrong.
  public func startPlugins(in folder: String) async throws -> [PluginProblem] {
    var reader = PluginFolder(path: folder)
    pluginFolder = reader.path
    // It is opened while the manifests are read.
    if (try? reader.pluginFolders()) != nil { openStore(for: reader.path) }
    try reader.read(kernels: specs, besides: ownManifest)
    let file = try hostFile(forPlugins: reader.path)
    let settings = reader.refuseWrongSettings(in: file)
    configure(file, settings: settings)
    for (plugin, problem) in await incompatibleChanges(in: reader.plugins) {
      reader.refuse(plugin, because: problem)
    }
    for plugin in reader.plugins { declare(plugin) }
    for plugin in reader.plugins { await launch(plugin) }
    try announce()
    hasLaunched = true
    wakeWaiters()
    pluginNames = Set(reader.plugins.map(\.manifest.name) + reader.problems.map(\.plugin))
    return reader.problems + file.strangers(among: pluginNames)
  }

  private func declare(_ plugin: PluginFolder.Accepted) {
    let id = nextConnection()
    plugins[plugin.manifest.name] = RunningPlugin(
      manifest: plugin.manifest, kernel: plugin.spec.name, language: plugin.spec.language,
      connection: id, source: plugin)
    handle(.declare(plugin.manifest, folder: plugin.folder, connection: id))
  }

  /// A plugin's kernel is started again.
  func relaunch(_ name: String) {
    guard !isStopped, let plugin = plugins[name]?.source else { return }
    Task { await launch(plugin) }
  }

  private func launch(_ plugin: PluginFolder.Accepted) async {
    let name = plugin.manifest.name
    guard let id = plugins[name]?.connection else { return }
    let peer = makePeer(id, plugin: name, spec: plugin.spec)
    plugins[name]?.override = host.kernels[plugin.spec.name]
    do throws(KernelManagementError) {
      try await launch(
        peer, plugin.spec, folder: plugin.folder, choices: plugin.manifest.environment)
    } catch {
      handle(.abandonPlugin(name, OutcomeError(.unavailable, error.description)))
    }
  }

  /// Writes what `parley ps` and the others find this orchestrator by.
  private func announce() throws(KernelManagementError) {
    try runtime.write(
      OrchestratorRecord(
        pid: ProcessID.own, control: endpoints.controlPath, plugins: pluginFolder ?? "",
        started: WallClock.now()))
  }
}

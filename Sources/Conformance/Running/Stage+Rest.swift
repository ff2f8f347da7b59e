import KernelProtocol
import Parley

extension Stage {
  /// What a case has left behind that it should not: frames that do not end, plugins that do not answer.
  ///
  /// - Returns: a sentence each.
  func remains() async -> [String] {
    for name in held.keys.sorted() { await held.removeValue(forKey: name)?.cancel() }
    guard !isStopped else { return [] }
    await orchestrator.waitUntilIdle(timeout: 5)
    var problems: [String] = []
    if let frames = try? await status()["frames"]?.intValue, frames > 0 {
      problems.append("afterwards \(frames) handlers had not ended")
    }
    for plugin in cast.plugins where suite.tables.roles[plugin.role]?.provides["echo"] != nil {
      requestCount += 1
      let method = "\(plugin.name).echo"
      do {
        let reply = try await client.call(method, ["value": "still there"], timeout: 5)
        if reply.value != "still there" {
          problems.append("afterwards \(method) gave \(reply.value)")
        }
      } catch {
        problems.append("afterwards \(method) ended in \(error.outcome): \(error.message)")
      }
    }
    return problems
  }
}

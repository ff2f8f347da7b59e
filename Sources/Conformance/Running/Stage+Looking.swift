import Glibc
import KernelProtocol
import Parley

extension Stage {
  /// Steps that wait for what passes, or look at what has passed.
  func look(_ step: Step, _ substitution: Substitution) async throws(TableError) -> Observed {
    switch step.action {
    case .until(let value, let count):
      let pattern = try MessagePattern(substitution.apply(value), at: step.place)
      await exchange.wait(for: pattern, count: count)
      let found = exchange.entries(pattern).count
      guard found < count else { return Observed(JSONValue(found)) }
      return Observed(
        OutcomeError(.timeout, "\(found) of \(count) messages passed that match \(value)"))
    case .count(let value):
      return Observed(JSONValue(try await passed(value, step, substitution).count))
    case .messages(let value):
      return Observed(.array(try await passed(value, step, substitution).map(\.json)))
    case .output(let value):
      return Observed(.string(output(try await passed(value, step, substitution))))
    case .status(let plugin): return await observe(plugin)
    case .signal(let signal, let plugin): return await send(signal, to: plugin)
    default: throw TableError(place: step.place, message: "this cannot be done here")
    }
  }

  /// The messages of a pattern that have passed until now.
  private func passed(
    _ value: JSONValue, _ step: Step, _ substitution: Substitution
  ) async throws(TableError) -> [ExchangeEntry] {
    let pattern = try MessagePattern(substitution.apply(value), at: step.place)
    if !isStopped { _ = try? await status() }
    return exchange.entries(pattern)
  }

  /// What messages have printed.
  private func output(_ entries: [ExchangeEntry]) -> String {
    entries.filter { $0.type == "stream" }
      .compactMap { (try? JSONParser().parse($0.content))?["text"]?.stringValue }.joined()
  }

  private func observe(_ plugin: String) async -> Observed {
    do throws(OutcomeError) {
      let row = try await status(of: plugin)
      var observed = Observed(row)
      for key in ["state", "error"] { observed.fields[key] = row[key] }
      return observed
    } catch {
      return Observed(error)
    }
  }

  private static let signals = ["KILL": SIGKILL, "INT": SIGINT, "TERM": SIGTERM]

  private func send(_ signal: String, to plugin: String) async -> Observed {
    if let kernel, plugin.isEmpty {
      await orchestrator.interrupt(kernel)
      return Observed()
    }
    do throws(OutcomeError) {
      guard let number = Self.signals[signal],
        let pid = try await status(of: plugin)["pid"]?.intValue, pid > 1
      else { throw OutcomeError(.unavailable, "\(plugin) has no process for the signal \(signal)") }
      kill(Int32(pid), number)
      return Observed()
    } catch {
      return Observed(error)
    }
  }
}

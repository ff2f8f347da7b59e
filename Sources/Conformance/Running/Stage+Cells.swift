import KernelProtocol
import Parley

extension Stage {
  /// Runs a cell of the kernel's own in a kernel without a plugin, the same for all cells of a case.
  func execute(_ name: String) async -> Observed {
    guard let code = cell(name)?["code"]?.stringValue else {
      return Observed(OutcomeError(.unavailable, "language.json has no cell \"\(name)\""))
    }
    do {
      if kernel == nil { kernel = try await orchestrator.startKernel(round.kernel(of: 0)) }
      guard let kernel else { return Observed() }
      return await show(try await client.execute(code, in: kernel))
    } catch {
      return Observed(error)
    }
  }

  /// What is not as the kernel's `language.json` expects of its cell.
  func cellProblems(
    _ action: Action, _ observed: Observed, _ substitution: Substitution
  ) -> [String] {
    guard case .execute(let name) = action, let cell = cell(name) else { return [] }
    do throws(TableError) {
      let expectation = try Expectation(cell["expect"] ?? [:], at: "the cell \(name)")
      return expectation.problems(observed, substitution)
    } catch {
      return [error.description]
    }
  }

  private func cell(_ name: String) -> JSONValue? {
    suite.snippets[round.kernel(of: 0)]?.cells[name]
  }

  private func show(_ execution: Execution) async -> Observed {
    var observed = Observed()
    var output = ""
    for await element in execution {
      switch element {
      case .output(_, let text): output += text
      case .result(let data): observed.value = data["text/plain"]
      case .display: break
      case .ended(.ok): break
      case .ended(.raised(let traceback, let error)):
        let value = observed.value
        observed = Observed(error)
        observed.value = value
        observed.fields["traceback"] = .string(traceback.joined(separator: "\n"))
      case .ended(.failed(let error)): observed = Observed(error)
      }
    }
    observed.fields["output"] = .string(output)
    return observed
  }
}

import Parley

/// One piece of code in a fresh kernel: what it prints goes out at once, then its value or its error.
struct Cell {
  let orchestrator: Orchestrator
  let kernel: String
  let isJSON: Bool

  private var printer: OutcomePrinter { OutcomePrinter(isJSON: isJSON) }

  /// Where the code's standard output goes.
  private var output: Terminal { isJSON ? .standardError : .standardOutput }

  /// Runs the code; ^C interrupts it, a second ^C ends the kernel.
  ///
  /// - Returns: the exit status.
  func run(_ code: String) async -> Int32 {
    do {
      try await orchestrator.start()
      let reports = orchestrator.reports()
      let id = try await orchestrator.startKernel(kernel)
      followRawOutput(reports)
      let execution = try await orchestrator.client.execute(code, in: id)
      let orchestrator = orchestrator
      let (status, wasInterrupted) = await Interruption.run {
        await withTaskCancellationHandler {
          await show(execution)
        } onCancel: {
          Task { await orchestrator.interrupt(id) }
        }
      } again: {
        await orchestrator.kill()
      }
      return wasInterrupted ? 130 : status
    } catch {
      printer.error(error as? OutcomeError ?? OutcomeError(.unavailable, "\(error)"))
      return 1
    }
  }

  /// What C code and child processes write goes out as it is.
  private func followRawOutput(_ reports: AsyncStream<OrchestratorReport>) {
    let output = output
    Task {
      for await case .rawOutput(_, _, let stream, let text) in reports {
        (stream == "stderr" ? .standardError : output).write(text)
      }
    }
  }

  private func show(_ execution: Execution) async -> Int32 {
    var value: JSONValue?
    for await element in execution {
      switch element {
      case .output(let stream, let text):
        (stream == "stderr" ? Terminal.standardError : output).write(text)
      case .result(let data): value = data["text/plain"]
      case .display(let data):
        output.line(data["text/plain"]?.stringValue ?? data.description)
      case .ended(let ending): return end(ending, value)
      }
    }
    return 1
  }

  private func end(_ ending: Execution.Ending, _ value: JSONValue?) -> Int32 {
    switch ending {
    case .ok:
      if isJSON {
        printer.print(["outcome": "ok", "value": value ?? .null])
      } else if let text = value?.stringValue {
        Terminal.standardOutput.line(text)
      }
      return 0
    case .raised(let traceback, let error):
      guard !isJSON, !traceback.isEmpty else {
        printer.error(error)
        return 1
      }
      Terminal.standardError.line(traceback.joined(separator: "\n"))
      return 1
    case .failed(let error):
      printer.error(error)
      return 1
    }
  }
}

import Foundation
import Synchronization

/// A `parley` command that runs; what it writes is collected while it does.
final class RunningProgram: Sendable {
  private let process: ProcessBox
  private let output = Collected()
  private let errors = Collected()

  /// Starts it.
  ///
  /// - Parameters:
  ///   - executable: another program, whose children the command is among.
  ///   - folder: where it works; nil for where the tests do.
  init(
    _ arguments: [String], executable: String = ParleyProgram.path, in folder: String? = nil,
    runtime: String? = nil, environment: [String: String] = [:]
  ) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    var variables = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    if let runtime {
      variables["PARLEY_RUNTIME_DIR"] = runtime
      variables["PARLEY_STATE_DIR"] = runtime + "-state"
    }
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    let (out, err) = (Pipe(), Pipe())
    process.standardOutput = out
    process.standardError = err
    output.follow(out.fileHandleForReading)
    errors.follow(err.fileHandleForReading)
    self.process = ProcessBox(process)
    try process.run()
  }

  var pid: Int32 { process.value.processIdentifier }

  /// Waits until standard output has a text.
  func waitForOutput(containing text: String) async { await output.wait { $0.contains(text) } }

  /// Waits until standard error has a text.
  func waitForErrors(containing text: String) async { await errors.wait { $0.contains(text) } }

  /// Waits until standard output is as it should be.
  func waitForOutput(_ condition: @escaping @Sendable (String) -> Bool) async {
    await output.wait(until: condition)
  }

  /// Sends it a signal.
  func signal(_ number: Int32) { kill(pid, number) }

  /// Waits for its end.
  func result() async -> ParleyProgram.Result {
    await output.waitForEnd()
    await errors.waitForEnd()
    process.value.waitUntilExit()
    return ParleyProgram.Result(
      status: process.value.terminationStatus, output: output.text, errors: errors.text)
  }

  /// `Process` is not Sendable; here it is only started and waited for.
  private struct ProcessBox: @unchecked Sendable {
    let value: Process

    init(_ value: Process) { self.value = value }
  }
}

/// The text that a pipe has given so far.
final class Collected: Sendable {
  private struct State {
    var data = Data()
    var hasEnded = false
    var waiters:
      [(until: @Sendable (String) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var text: String { state.withLock { String(decoding: $0.data, as: UTF8.self) } }

  func follow(_ handle: FileHandle) {
    let descriptor = dup(handle.fileDescriptor)
    Thread.detachNewThread { [self] in
      let own = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      while true {
        let data = own.availableData
        append(data)
        if data.isEmpty { return }
      }
    }
  }

  func wait(until condition: @escaping @Sendable (String) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state -> Bool in
        if state.hasEnded || condition(String(decoding: state.data, as: UTF8.self)) { return true }
        state.waiters.append((condition, continuation))
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  func waitForEnd() async { await wait { _ in false } }

  private func append(_ data: Data) {
    let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.data.append(data)
      state.hasEnded = data.isEmpty
      let text = String(decoding: state.data, as: UTF8.self)
      let ready = state.waiters.filter { state.hasEnded || $0.until(text) }
      state.waiters.removeAll { state.hasEnded || $0.until(text) }
      return ready.map(\.continuation)
    }
    for continuation in woken { continuation.resume() }
  }
}

import Foundation
import Parley
import Synchronization
import Testing

/// An orchestrator with a durable event and a subscriber in each language, which is killed and started again and again.
final class CrashRig: Sendable {
  /// What was done, and what came of it.
  struct Tally: CustomStringConvertible {
    var kernelKills = 0
    var orchestratorKills = 0
    var acknowledged = 0
    var handled = 0
    var repeated = 0
    var deadLetters = 0

    var description: String {
      "\(kernelKills) kernels and \(orchestratorKills) orchestrators killed; \(acknowledged) emits answered ok, "
        + "handled \(handled) times, of which \(repeated) again; \(deadLetters) dead letters"
    }
  }

  private let path: String
  private let runtime: String
  private let plugins: String
  private let acknowledged = Mutex<Set<Int>>([])
  private let next = Mutex(0)

  init(_ fixture: PluginFixture) throws {
    (path, runtime, plugins) = (fixture.path, fixture.runtime, fixture.plugins)
    let event: [String: Any] = ["delivery": "durable", "max_attempts": 20]
    try fixture.add(
      "shop", .lua, "return 1\n", manifest: ["events": ["emits": ["order:placed": event]]])
    for language in Language.installed {
      try fixture.add(
        language.rawValue, language, Self.subscriber(language, file: Self.file(language, in: path)),
        manifest: ["events": ["subscribes": ["order:*"]]])
    }
  }

  /// Starts the orchestrator and waits for its plugins.
  func start() async throws -> RunningProgram {
    let program = try RunningProgram(["run", plugins], runtime: runtime)
    await program.waitForOutput(containing: "PROVIDES")
    return program
  }

  /// One life of an orchestrator: while events are emitted some of its kernels are killed, and then itself.
  func live(killing count: Int, _ random: inout some RandomNumberGenerator) async throws {
    let program = try await start()
    let connection = try await connect()
    for _ in 0..<count {
      let burst = Task { await emit(Int.random(in: 3...12), by: connection.client) }
      try await killKernel(of: connection.client, &random)
      _ = await burst.value
    }
    let before = acknowledged.withLock(\.count)
    let goal = before + Int.random(in: 0...10, using: &random)
    let isKilled = await emit(40, by: connection.client) { $0 >= goal ? program : nil }
    if !isKilled { program.signal(SIGKILL) }
    _ = await program.result()
    await connection.close()
  }

  /// Lets everything be delivered, and counts.
  ///
  /// - Returns: what was done, and the events that a subscriber has neither handled nor given up.
  func settle(_ tally: Tally) async throws -> (tally: Tally, lost: [String]) {
    let program = try await start()
    let connection = try await connect()
    let last = take()
    _ = try await connection.client.emit("order:placed", ["n": JSONValue(last), "last": true])
    _ = acknowledged.withLock { $0.insert(last) }
    await program.waitForOutput { output in
      Language.installed.allSatisfy { output.contains("\($0.rawValue) has them all") }
    }
    let letters = try await connection.client.deadLetters(DeadLetterRequest(.list))
    let shown = try await connection.client.deadLetters(DeadLetterRequest(.show))
    await connection.close()
    program.signal(SIGINT)
    _ = await program.result()
    return count(tally, dead: shown["letters"]?.arrayValue ?? letters["letters"]?.arrayValue ?? [])
  }

  private func count(_ tally: Tally, dead: [JSONValue]) -> (tally: Tally, lost: [String]) {
    var tally = tally
    let emitted = acknowledged.withLock { $0 }
    tally.acknowledged = emitted.count
    tally.deadLetters = dead.count
    var lost: [String] = []
    for language in Language.installed {
      let numbers = handled(by: language)
      tally.handled += numbers.count
      tally.repeated += numbers.count - Set(numbers).count
      let buried = dead.filter { $0["plugin"]?.stringValue == language.rawValue }
        .compactMap { $0["payload"]?["n"]?.intValue }
      lost += emitted.subtracting(numbers).subtracting(buried).sorted()
        .map { "\($0) by \(language.rawValue)" }
    }
    return (tally, lost)
  }

  private func connect() async throws -> ControlConnection {
    try await ControlConnection.open(path: nil, environment: ["PARLEY_RUNTIME_DIR": runtime])
  }

  private func take() -> Int {
    next.withLock { number in
      number += 1
      return number
    }
  }

  /// Emits events one after the other until that fails, and kills the program that `victim` names when so many were answered.
  ///
  /// - Returns: whether it has killed one.
  @discardableResult
  private func emit(
    _ count: Int, by client: Client, victim: @Sendable (Int) -> RunningProgram? = { _ in nil }
  ) async -> Bool {
    var killed = false
    for _ in 0..<count {
      let number = take()
      async let outcome = emitted(number, by: client)
      if !killed, let program = victim(acknowledged.withLock(\.count)) {
        program.signal(SIGKILL)
        killed = true
      }
      guard await outcome else { return killed }
    }
    return killed
  }

  private func emitted(_ number: Int, by client: Client) async -> Bool {
    do throws(OutcomeError) {
      _ = try await client.emit("order:placed", ["n": JSONValue(number)])
      acknowledged.withLock { _ = $0.insert(number) }
      return true
    } catch {
      return false
    }
  }

  private func killKernel(of client: Client, _ random: inout some RandomNumberGenerator)
    async throws
  {
    let status = try await client.status()
    let pids = (status["plugins"]?.arrayValue ?? []).compactMap { $0["pid"]?.intValue }
    guard let pid = pids.randomElement(using: &random) else { return }
    kill(Int32(pid), SIGKILL)
  }

  private func handled(by language: Language) -> [Int] {
    let text = try? String(contentsOfFile: Self.file(language, in: path), encoding: .utf8)
    return (text ?? "").split(separator: "\n").compactMap { Int($0) }
  }

  private static func file(_ language: Language, in folder: String) -> String {
    "\(folder)/handled-\(language.rawValue)"
  }

  /// A plugin that appends the number of each event to a file, and says so when it is the last.
  private static func subscriber(_ language: Language, file: String) -> String {
    let done = "\(language.rawValue) has them all"
    return switch language {
    case .python:
      """
      from parley import on
      @on("order:*")
      def handle(event):
          with open("\(file)", "a") as file:
              file.write(f"{event['n']}\\n")
          if event.get("last"):
              print("\(done)", flush=True)

      """
    case .ruby:
      """
      on("order:*") do |event|
        File.write("\(file)", "#{event["n"]}\\n", mode: "a")
        puts "\(done)" if event["last"]
      end

      """
    case .node:
      """
      import { appendFileSync } from "node:fs";
      import { on } from "parley";
      on("order:*", async (event) => {
        appendFileSync("\(file)", `${event.n}\\n`);
        if (event.last) console.log("\(done)");
      });

      """
    case .lua:
      """
      local parley = require "parley"
      parley.on("order:*", function(event)
        local file = assert(io.open("\(file)", "a"))
        file:write(event.n, "\\n")
        file:close()
        if event.last then print("\(done)") end
      end)

      """
    case .perl:
      """
      use Parley;
      on 'order:*' => sub ($event) {
        open my $file, '>>', '\(file)' or die $!;
        print {$file} "$event->{n}\\n";
        close $file or die $!;
        print "\(done)\\n" if $event->{last};
      };

      """
    }
  }
}

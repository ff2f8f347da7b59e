import ArgumentParser
import BenchmarkFloor
import Foundation

/// `parley-benchmark`: measures calls, events, start-up, memory and the broker against a floor in C.
@main
struct BenchmarkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parley-benchmark",
    abstract: "Measures calls, events, start-up, memory and the broker against a floor in C.")

  @Flag(help: "A first look, in less than half a minute.")
  var quick = false

  @Flag(help: "Print one JSON object instead of the table.")
  var json = false

  @Option(
    help: """
      Measure only this: broker, events, schemas, broadcasts, calls, traces, streams or starts. \
      May be given again.
      """)
  var only: [BenchmarkPart] = []

  @Option(help: "Measure only this kernel. May be given again.")
  var kernel: [String] = []

  static func main() async {
    let arguments = CommandLine.arguments
    if arguments.count == 3, arguments[1] == Floor.echoOption {
      Foundation.exit(floor_echo(arguments[2]))
    }
    BroadcastFloor.serve(arguments)
    await main(nil)
  }

  mutating func run() async throws {
    var benchmark = Benchmark(
      scale: quick ? .quick : .full, parts: Set(only.isEmpty ? BenchmarkPart.allCases : only),
      kernels: Set(kernel))
    let result = try await benchmark.run()
    print(json ? "\(result.json)" : result.text)
  }
}

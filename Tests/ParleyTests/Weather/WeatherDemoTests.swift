import Foundation
import Testing

@Suite(
  "The weather example's demo", .serialized, .timeLimit(.minutes(5)),
  .enabled(if: WeatherExample.isRunnable, "an interpreter is not installed"))
struct WeatherDemoTests {
  @Test("the demo shows the tree, writes the report and leaves nothing behind")
  func demo() async throws {
    let example = try WeatherExample()
    let (status, output) = try await example.runDemo()
    #expect(status == 0, "\(output)")
    for line in [
      "python  heard 1461 of 1461 readings", "lua     heard 1461 of 1461 readings",
      "366 of 2012, 365 of 2013", "└─ report.caption  report (ruby)",
    ] {
      #expect(output.contains(line), "\(line)")
    }
    let report = try String(contentsOfFile: example.path + "/output/weather.html", encoding: .utf8)
    #expect(report.contains("</html>"))
    #expect(output.contains(example.path + "/output/weather.html"))
    #expect(try example.processes() == [])
  }

  @Test("where the example cannot be written to, the demo puts the report into the current folder")
  func elsewhere() async throws {
    let example = try WeatherExample()
    try "in the way".write(toFile: example.path + "/output", atomically: true, encoding: .utf8)
    let folder = example.path + "/current"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let (status, output) = try await example.runDemo(in: folder)
    #expect(status == 0, "\(output)")
    #expect(output.contains("cannot be written to"))
    #expect(FileManager.default.fileExists(atPath: folder + "/weather.html"))
  }

  @Test("the demo fails when a plugin does, and leaves nothing behind")
  func failingDemo() async throws {
    let example = try WeatherExample()
    try "def f(:\n".write(
      toFile: example.plugins + "/stats/stats.py", atomically: true, encoding: .utf8)
    let (status, output) = try await example.runDemo()
    #expect(status == 1)
    #expect(output.contains("4 of 5 plugins have started"))
    #expect(output.contains("stats.py"))
    #expect(!FileManager.default.fileExists(atPath: example.path + "/output/weather.html"))
    #expect(try example.processes() == [])
  }
}

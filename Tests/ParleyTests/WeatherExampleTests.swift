import Foundation
import Parley
import Testing

@Suite(
  "The weather example", .serialized, .timeLimit(.minutes(5)),
  .enabled(if: WeatherExample.isRunnable, "an interpreter is not installed"))
struct WeatherExampleTests {
  @Test("the statistics are those of the file")
  func statistics() async throws {
    let example = try WeatherExample()
    let readings = example.readings
    let summary = try await example.run { try await $0.client.call("stats.summary").value }
    #expect(readings.count == 1461)
    #expect(summary["count"]?.intValue == 1461)
    for measure in ["temp_max", "temp_min", "precipitation", "wind"] {
      let mean = readings.reduce(0) { $0 + $1[measure] } / 1461
      let found = try #require(summary["means"]?[measure]?.doubleValue)
      #expect(abs(found - mean) < 1e-9, "\(measure)")
    }
    let july = try #require(summary["months"]?[6])
    let days = readings.filter { $0.month == 7 }
    let high = days.reduce(0) { $0 + $1["temp_max"] } / Double(days.count)
    #expect(abs((july["temp_max"]?.doubleValue ?? .nan) - high) < 1e-9)
    #expect(july["weather"]?["sun"]?.intValue == days.count { $0.weather == "sun" })
    #expect(summary["anomalies"]?.texts("date") == WeatherReading.anomalies(among: readings))
  }

  @Test("each reading comes out of the file as it is there")
  func rows() async throws {
    let example = try WeatherExample()
    let value = try await example.run { try await $0.client.call("import.rows").value }
    let rows = try #require(value["rows"]?.arrayValue)
    try #require(rows.count == example.readings.count)
    for (row, reading) in zip(rows, example.readings) {
      #expect(row["date"]?.stringValue == reading.date)
      #expect(row["weather"]?.stringValue == reading.weather)
      for (measure, value) in reading.measures { #expect(row[measure]?.doubleValue == value) }
    }
    let downpours = value["broken"]?.arrayValue?.filter { $0["what"]?.stringValue == "downpour" }
    let wettest = example.readings.filter { $0["precipitation"] >= 45 }.map(\.date)
    #expect(downpours?.compactMap { $0["date"]?.stringValue } == wettest)
  }

  @Test("every reading arrives as an event, and the alerts that follow are kept")
  func events() async throws {
    let example = try WeatherExample()
    let unusual = WeatherReading.anomaliesAsTheyCome(among: example.readings)
    let (years, logs, alerts) = try await example.run { orchestrator in
      let broken = try await orchestrator.client.call("import.rows").value["broken"]
      let count = try #require(broken?.arrayValue?.count)
      let reports = orchestrator.reports()
      var years: [Int] = []
      for try await item in try await orchestrator.client.stream("import.replay") {
        years.append(item.value["readings"]?.intValue ?? 0)
      }
      let logs = await reports.logs(until: { $0.count == count + unusual.count + 2 })
      let alerts = try await orchestrator.client.call("alerts.list", ["last": 5000]).value
      return (years, logs, alerts)
    }
    #expect(years == [366, 365, 365, 365])
    #expect(logs.contains { $0.hasPrefix("heard 1461 of 1461 readings, \(unusual.count) of them") })
    #expect(logs.contains("heard 1461 of 1461 readings, 30 broken rules"))
    let kept = alerts.arrayValue?.filter {
      $0["what"]?.stringValue?.hasPrefix("unusually") ?? false
    }
    #expect(kept?.compactMap { $0["date"]?.stringValue } == unusual)
    #expect(alerts.texts("caption").contains("15 March 2015: downpour, precipitation of 55.9 mm"))
  }

  @Test("the report is made by one call through five languages and back into the first")
  func nesting() async throws {
    let example = try WeatherExample()
    let spans = try await example.run { orchestrator in
      let reports = orchestrator.reports()
      _ = try await orchestrator.client.call("report.render")
      return await reports.spans(until: "report.render")
    }
    let path = [
      ("report.render", "ruby"), ("stats.summary", "python"), ("import.rows", "perl"),
      ("rules.judge", "lua"), ("alerts.send", "node"), ("report.caption", "ruby"),
    ]
    var parent: Span?
    for (name, language) in path {
      let span = try #require(
        spans.first { $0.name == name && $0.trace.traceID == spans.last?.trace.traceID })
      #expect(span.language == language)
      #expect(span.outcome == .ok)
      if let parent {
        #expect(span.trace.parentSpan == parent.trace.span)
        #expect(parent.requested <= span.requested && span.ended <= parent.ended)
      }
      parent = span
    }
  }

  @Test("the report is one page of HTML that needs nothing else")
  func page() async throws {
    let example = try WeatherExample()
    let value = try await example.run { try await $0.client.call("report.render").value }
    let page = try #require(value.stringValue)
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    #expect(page.hasSuffix("</html>\n"))
    for outside in [
      "src=", "href=", "http:", "https:", "//", "<script", "<link", "<iframe", "@import",
    ] {
      #expect(!page.contains(outside), "\(outside)")
    }
    #expect(page.count(of: "url(") == page.count(of: "url(#heat)"))
    #expect(page.count(of: "<svg") == page.count(of: "</svg>"))
    #expect(page.contains("1,461 days, 2012-01-01 to 2015-12-31"))
    #expect(page.contains("<b>16.4 °C</b><span>mean high</span>"))
    let line = try #require(
      page.split(separator: "\n").first { $0.contains("stroke=\"url(#heat)\"") })
    #expect(String(line).count(of: "V") == 1461)
    let anomalies = WeatherReading.anomalies(among: example.readings)
    #expect(page.count(of: "<circle") == anomalies.count)
  }

  @Test("an error in a rule tells of each language on its way, in the order of the calls")
  func failure() async throws {
    let example = try WeatherExample()
    try example.writeRules(
      """
      return {
        { name = "storm", measure = "wind", when = function(day)
          return day.gusts.highest > 20
        end },
      }
      """)
    let error = try await example.run { orchestrator in
      await #expect(throws: OutcomeError.self) {
        try await orchestrator.client.call("report.render")
      }
    }
    #expect(error?.outcome == .handlerError)
    #expect(error?.message.contains("gusts") == true)
    let frames = try #require(error?.frames)
    let plugins = frames.map { "\($0.plugin ?? "?") \($0.language ?? "?")" }
    let inOrder = plugins.indices.filter { $0 == 0 || plugins[$0] != plugins[$0 - 1] }.map {
      plugins[$0]
    }
    #expect(inOrder == ["report ruby", "stats python", "import perl", "rules lua"])
    #expect(frames.last?.file.hasSuffix("/plugins/rules/rules.lua") == true)
    #expect(frames.last?.line == 3)
    try checkLine(of: "report/report.rb", "call(\"stats.summary\")", frames, example)
    try checkLine(of: "stats/stats.py", "call(\"import.rows\")", frames, example)
    try checkLine(of: "import/import.pl", "call('rules.judge'", frames, example)
  }

  /// The innermost frame in a file is at the line that has a text.
  private func checkLine(
    of file: String, _ text: String, _ frames: [StackFrame], _ example: WeatherExample
  ) throws {
    let number = try #require(frames.last { $0.file.hasSuffix(file) }?.line)
    let source = try String(contentsOfFile: "\(example.plugins)/\(file)", encoding: .utf8)
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    try #require(lines.indices.contains(number - 1), "\(file):\(number)")
    #expect(lines[number - 1].contains(text), "\(file):\(number)")
  }

  @Test("rules may be edited while the plugins run, and a broken file leaves those from before")
  func editing() async throws {
    let example = try WeatherExample()
    try await example.run { orchestrator in
      let days: JSONValue = ["rows": [["date": "2012-07-01", "wind": 12, "temp_max": 20]]]
      func judge() async throws -> [String] {
        try await orchestrator.client.call("rules.judge", days).value.texts("what")
      }
      let rule = { (name: String, limit: Int) in
        """
        return {
          { name = "\(name)", measure = "wind", when = function(day) return day.wind > \(limit) end },
        }
        """
      }
      try example.writeRules(rule("breeze", 10))
      #expect(try await judge() == ["breeze"])
      try example.writeRules(rule("storm", 11))
      #expect(try await judge() == ["storm"])
      try example.writeRules("return { { name = 'half")
      #expect(try await judge() == ["storm"])
      try example.writeRules(rule("storm", 13))
      #expect(try await judge() == [])
    }
  }
}

extension JSONValue {
  /// A field of each object of a list.
  fileprivate func texts(_ field: String) -> [String] {
    arrayValue?.compactMap { $0[field]?.stringValue } ?? []
  }
}

extension String {
  fileprivate func count(of text: String) -> Int { components(separatedBy: text).count - 1 }
}

extension AsyncStream<OrchestratorReport> {
  /// The log's messages, until there are enough.
  fileprivate func logs(until isEnough: ([String]) -> Bool) async -> [String] {
    var logs: [String] = []
    for await report in self {
      if case .broker(.log(_, _, _, let message, _)) = report { logs.append(message) }
      if isEnough(logs) { break }
    }
    return logs
  }

  /// The spans up to the end of a method.
  fileprivate func spans(until name: String) async -> [Span] {
    var spans: [Span] = []
    for await report in self {
      guard case .broker(.span(let span)) = report else { continue }
      spans.append(span)
      if span.name == name { break }
    }
    return spans
  }
}

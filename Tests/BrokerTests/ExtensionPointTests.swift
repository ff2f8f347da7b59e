import KernelProtocol
import Testing

@testable import Broker

@Suite("An extension point")
struct ExtensionPointTests {
  private static func owner(
    requires: [String] = [], _ change: (inout ExtensionPoint) -> Void = { _ in }
  ) throws -> PluginManifest {
    var manifest = BrokerStage.manifest("report", provides: ["report.make"])
    var point = ExtensionPoint(methods: [
      "render": ExtensionPoint.Method(
        params: try DeclaredSchema(["required": ["rows"]]),
        result: try DeclaredSchema(["type": "string"]))
    ])
    change(&point)
    manifest.points["report.format"] = point
    manifest.requires = requires
    return manifest
  }

  private static func contributor(
    _ name: String, id: String? = nil, priority: Double = 0, requires: [String] = []
  ) -> PluginManifest {
    var manifest = BrokerStage.manifest(name, provides: ["\(name).render"])
    manifest.contributions = [
      Contribution(
        point: "report.format", id: id ?? name, priority: priority,
        methods: ["render": "\(name).render"], data: ["title": .string(name)])
    ]
    manifest.requires = requires
    return manifest
  }

  private static func ids(_ stage: inout BrokerStage) -> [String?]? {
    let request = stage.send(
      .contributionsRequest, from: "report", content: ["point": "report.format"])
    let reply = stage.replies(.contributionsReply, to: request, of: "report").first
    return reply?.content["contributions"]?.arrayValue?.map { $0["id"]?.stringValue }
  }

  @Test("lists its contributions in its order, without those whose plugins have ended")
  func order() throws {
    let contributors = [
      Self.contributor("pdf", id: "z"), Self.contributor("html", id: "a", priority: 5),
      Self.contributor("text", id: "b"),
    ]
    var stage = BrokerStage(contributors + [try Self.owner()])
    #expect(Self.ids(&stage) == ["a", "z", "b"])
    stage.kill("html")
    #expect(Self.ids(&stage) == ["z", "b"])
    var byName = BrokerStage(contributors + [try Self.owner { $0.order = .name }])
    #expect(Self.ids(&byName) == ["a", "b", "z"])
  }

  @Test("tells its owner, and nobody else, all that the contributor declares")
  func entry() throws {
    var stage = BrokerStage([Self.contributor("pdf"), try Self.owner()])
    let request = stage.send(
      .contributionsRequest, from: "report", content: ["point": "report.format"])
    let reply = try #require(stage.replies(.contributionsReply, to: request, of: "report").first)
    #expect(
      reply.content["contributions"] == [
        [
          "id": "pdf", "plugin": "pdf", "language": "none", "methods": ["render": "pdf.render"],
          "data": ["title": "pdf"],
        ]
      ])
    for (point, outcome) in [("report.format", Outcome.permissionDenied), ("x.y", .noProvider)] {
      let request = stage.send(
        .contributionsRequest, from: "pdf", content: ["point": .string(point)])
      #expect(
        stage.replies(.contributionsReply, to: request, of: "pdf").map(\.outcome) == [outcome])
    }
  }

  @Test("lets its owner call the methods of contributions, by the schemas of its interface")
  func calls() throws {
    var stage = BrokerStage([Self.contributor("pdf"), try Self.owner()])
    let wrong = stage.call("pdf.render", from: "report", ["row": 1])
    let refused = try #require(stage.replies(.callReply, to: wrong, of: "report").first)
    #expect(refused.outcome == .invalidPayload)
    #expect(refused.content["message"]?.stringValue?.contains("report.format") == true)
    for (value, outcome) in [("text" as JSONValue, Outcome.ok), (1, .invalidReply)] {
      _ = stage.take()
      let request = stage.call("pdf.render", from: "report", ["rows": []])
      stage.answer(try #require(stage.calls(to: "pdf").first), in: "pdf", ["value": value])
      #expect(stage.replies(.callReply, to: request, of: "report").map(\.outcome) == [outcome])
    }
    let other = stage.call("report.make", from: "pdf")
    #expect(stage.replies(.callReply, to: other, of: "pdf").map(\.outcome) == [.permissionDenied])
  }

  @Test("has its owner started when its contributors have, and not before")
  func waits() throws {
    var stage = BrokerStage([])
    stage.declare(Self.contributor("pdf"), on: ConnectionID(50))
    stage.add(try Self.owner(), on: ConnectionID(51))
    #expect(stage.sent(.startPlugin, to: "report").isEmpty)
    stage.launch("pdf")
    #expect(stage.sent(.startPlugin, to: "report").count == 1)
  }

  @Test("has its owner started also when a contributor fails")
  func failure() throws {
    var stage = BrokerStage([])
    stage.declare(Self.contributor("pdf"), on: ConnectionID(50))
    stage.add(try Self.owner(), on: ConnectionID(51))
    stage.give(.abandonPlugin("pdf", .unavailable("It is not there.")))
    #expect(stage.sent(.startPlugin, to: "report").count == 1)
  }

  @Test("does not wait for a contributor that waits for its owner, which may not call it yet")
  func cycle() throws {
    var stage = BrokerStage([])
    stage.declare(Self.contributor("pdf", requires: ["report"]), on: ConnectionID(50))
    stage.add(try Self.owner(), on: ConnectionID(51), starts: false)
    let start = try #require(stage.sent(.startPlugin, to: "report").first)
    let call = stage.call(
      "pdf.render", from: "report", ["rows": []], parent: start.header.bytes)
    #expect(stage.replies(.callReply, to: call, of: "report").map(\.outcome) == [.deadlock])
  }

  @Test("refuses a second contribution where there may be one, and the same id twice")
  func conflicts() throws {
    for (ids, cardinality) in [
      (["a", "b"], ExtensionPoint.Cardinality.one), (["a", "a"], .many),
    ] {
      var set = ManifestSet()
      try set.add(Self.contributor("pdf", id: ids[0]))
      try set.add(Self.contributor("html", id: ids[1]))
      #expect(set.problems().isEmpty)
      try set.add(try Self.owner { $0.cardinality = cardinality })
      let problems = set.problems()
      #expect(problems.keys.sorted() == ["html"])
      let message = problems["html"]?.message ?? ""
      #expect(message.contains("pdf") && message.contains("html"))
    }
  }

  @Test("refuses a contribution that is not what its interface says, and what requires it")
  func mismatch() throws {
    var set = ManifestSet()
    var contributor = Self.contributor("pdf")
    contributor.contributions[0].methods = ["rendr": "pdf.render"]
    try set.add(contributor)
    try set.add(try Self.owner())
    var dependent = BrokerStage.manifest("last")
    dependent.requires = ["pdf"]
    try set.add(dependent)
    let problems = set.problems()
    #expect(problems.keys.sorted() == ["last", "pdf"])
    #expect(
      problems["pdf"]?.pointer.description == "/extensions/contributes/0/methods/rendr")
    #expect(problems["pdf"]?.message.contains("did you mean \"render\"?") == true)
    #expect(problems["last"]?.message.contains("pdf, which cannot run") == true)
    #expect(throws: ManifestProblem.self) { try set.add(try Self.owner()) }
  }

  @Test("that nobody owns is told, and the plugin runs")
  func unowned() {
    let stage = BrokerStage([Self.contributor("pdf")], keepsEffects: true)
    let warnings = stage.effects.compactMap { effect -> String? in
      guard case .report(.log(_, _, "warning", let message, _)) = effect else { return nil }
      return message
    }
    #expect(warnings.contains { $0.contains("report.format") && $0.contains("no plugin owns") })
  }

  private static let base =
    #""name": "a", "version": "1", "kernel": "lua", "main": "a.lua", "services": {"provides": {"a.do": {}, "a.all": {"stream": true}}}"#

  @Test("is read from the manifest")
  func manifest() throws {
    let manifest = try PluginManifest(
      reading: JSONParser().parse(
        """
        {\(Self.base), "extensions": {
          "points": {"a.format": {"methods": {"render": {"params": {}, "result": true}},
            "cardinality": "one", "order": "name"}},
          "contributes": [{"point": "b.menu", "id": "x", "priority": 2.5, "methods": {"run": "a.do"}, "data": {"k": 1}}]}}
        """))
    #expect(manifest.points["a.format"]?.cardinality == .one)
    #expect(manifest.points["a.format"]?.order == .name)
    #expect(manifest.points["a.format"]?.methods.keys.sorted() == ["render"])
    #expect(
      manifest.contributions == [
        Contribution(
          point: "b.menu", id: "x", priority: 2.5, methods: ["run": "a.do"], data: ["k": 1])
      ])
  }

  @Test(
    "is refused where its manifest is wrong",
    arguments: [
      (#"{"points": []}"#, "/extensions/points"),
      (#"{"points": {"a.*": {}}}"#, "/extensions/points/a.*"),
      (#"{"points": {"a.b": {"order": "id"}}}"#, "/extensions/points/a.b/order"),
      (#"{"contributes": {}}"#, "/extensions/contributes"),
      (#"{"contributes": [{"point": "p"}]}"#, "/extensions/contributes/0"),
      (
        #"{"contributes": [{"point": "p", "id": "x", "methods": {"run": "a.dont"}}]}"#,
        "/extensions/contributes/0/methods/run"
      ),
      (
        #"{"contributes": [{"point": "p", "id": "x", "methods": {"run": "a.all"}}]}"#,
        "/extensions/contributes/0/methods/run"
      ),
    ])
  func refused(text: String, pointer: String) throws {
    let value = try JSONParser().parse("{\(Self.base), \"extensions\": \(text)}")
    let problem = #expect(throws: ManifestProblem.self) { try PluginManifest(reading: value) }
    #expect(problem?.pointer.description == pointer)
  }
}

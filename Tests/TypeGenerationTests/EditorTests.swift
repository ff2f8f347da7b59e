import Foundation
import Testing
import TypeGeneration

/// A wrong payload is an error before anything runs: shown by each language's own checker.
@Suite("Generated types, seen by the languages' own checkers", .timeLimit(.minutes(5)))
struct EditorTests {
  @Test(
    "mypy accepts right payloads and refuses wrong ones",
    .enabled(if: CheckedFolder.has("mypy"), "mypy is not installed"))
  func python() throws {
    let folder = try CheckedFolder(.python)
    defer { folder.remove() }
    try folder.write(
      "right.py",
      """
      from parley_types import OrderPlaced, call, call_async, emit, on, stream

      emit("order:placed", {"id": 1, "items": [{"sku": "a", "parts": [{"sku": "b"}]}], "currency": "EUR", "note": None})
      emit("order:placed", {"id": 1, "items": [], "currency": "USD", "gift-wrap": True, "class": "express"}, confirm="all")
      emit("shop:closed", {})
      total: float = call("pricing.quote", {"sku": "a", "quantity": 2}, timeout=3)["total"]

      async def later() -> float:
          return (await call_async("pricing.quote", {"sku": "a", "quantity": 2}))["total"]

      for order in stream("shop.orders"):
          print(order["items"][0]["sku"])

      @on("order:placed")
      def placed(order: OrderPlaced) -> None:
          print(order["currency"])

      @on("order:*")
      def any_order(order: object) -> None: ...
      """)
    let right = try folder.run("mypy", "--strict", "right.py")
    #expect(right.status == 0, "\(right.output)")
    for (number, wrong) in [
      #"emit("order:placed", {"id": "1", "items": [], "currency": "EUR"})"#,
      #"emit("order:placed", {"id": 1, "items": []})"#,
      #"emit("order:placed", {"id": 1, "items": [], "currency": "CHF"})"#,
      #"emit("order:placed", {"id": 1, "items": [{"parts": []}], "currency": "EUR"})"#,
      #"emit("order:plased", {"id": 1, "items": [], "currency": "EUR"})"#,
      #"call("pricing.quote", {"sku": "a"})"#,
      #"print(call("pricing.quote", {"sku": "a", "quantity": 1})["totl"])"#,
    ].enumerated() {
      try folder.write("wrong\(number).py", "from parley_types import call, emit\n\n\(wrong)\n")
      let result = try folder.run("mypy", "--strict", "wrong\(number).py")
      #expect(result.status == 1 && result.output.contains(".py:3: error"), "\(wrong)")
    }
  }

  @Test("Python loads its module, though what it declares refers to what comes later")
  func pythonLoads() throws {
    let folder = try CheckedFolder(.python)
    defer { folder.remove() }
    try folder.write("parley.py", "call = emit = on = stream = print\n")
    let result = try folder.run("python3", "-c", "import parley_types; parley_types.emit('loaded')")
    #expect(result.output == "loaded\n")
  }

  @Test(
    "tsc accepts right payloads and refuses wrong ones",
    .enabled(if: CheckedFolder.has("tsc"), "tsc is not installed: Debian's node-typescript"))
  func node() throws {
    let folder = try CheckedFolder(.node)
    defer { folder.remove() }
    try folder.write(
      "tsconfig.json",
      """
      {"compilerOptions": {"strict": true, "noEmit": true, "target": "es2022", "module": "es2022", "types": [],
        "moduleResolution": "node", "baseUrl": ".", "paths": {"parley": ["\(CheckedFolder.root)/kernels/node/index.d.ts"]}},
       "files": ["parley_types.d.ts", "use.ts"]}
      """)
    func check(_ source: String) throws -> (status: Int32, output: String) {
      try folder.write(
        "use.ts", "import { call, emit, on, stream } from \"parley\";\n\(source)\nexport {};\n")
      return try folder.run("tsc", "-p", ".")
    }
    let right = try check(
      """
      await emit("order:placed", { id: 1, items: [{ sku: "a", parts: [{ sku: "b" }] }], currency: "EUR", note: null });
      await emit("shop:closed");
      await emit("unknown:event", { whatever: 1 });
      const total: number = (await call("pricing.quote", { sku: "a", quantity: 2 }, { timeout: 3 })).total;
      for await (const order of stream("shop.orders")) console.log(order.items[0].sku, total);
      on("order:placed", (order) => order.currency === "EUR");
      on("order:*", (order) => order.whatever);
      """)
    #expect(right.status == 0, "\(right.output)")
    for wrong in [
      #"await emit("order:placed", { id: "1", items: [], currency: "EUR" });"#,
      #"await emit("order:placed", { id: 1, items: [] });"#,
      #"await emit("order:placed", { id: 1, items: [], currency: "CHF" });"#,
      #"await emit("order:placed", { id: 1, items: [], currency: "EUR", nte: "" });"#,
      #"await call("pricing.quote", { sku: "a" });"#,
      #"(await call("pricing.quote", { sku: "a", quantity: 1 })).totl;"#,
      #"on("order:placed", (order) => order.curency);"#,
    ] {
      let result = try check(wrong)
      #expect(
        result.status != 0 && result.output.contains("use.ts(2,"), "\(wrong) \(result.output)")
    }
  }

  @Test(
    "swiftc accepts right payloads and refuses wrong ones",
    .enabled(if: CheckedFolder.has("swiftc"), "swiftc is not installed"))
  func swift() throws {
    let folder = try CheckedFolder(.swift)
    defer { folder.remove() }
    // What the file needs of Parley, so that the check does not depend on where its module lies.
    try folder.write(
      "Parley.swift",
      """
      public enum JSONValue: Codable, Sendable {
        case null
        public init(encoding value: some Encodable) throws { self = .null }
        public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value { fatalError() }
      }
      public struct CallReply { public let value: JSONValue }
      public actor Client {
        public func emit(_ event: String, _ payload: JSONValue) async throws -> Int { 0 }
        public func call(_ method: String, _ params: JSONValue) async throws -> CallReply { CallReply(value: .null) }
      }
      """)
    let module = try folder.run(
      "swiftc", "-parse-as-library", "-emit-module", "-module-name", "Parley", "Parley.swift")
    #expect(module.status == 0, "\(module.output)")
    func check(_ source: String) throws -> (status: Int32, output: String) {
      try folder.write(
        "use.swift", "import Parley\nfunc use(_ client: Client) async throws {\n\(source)\n}\n")
      return try folder.run(
        "swiftc", "-typecheck", "-swift-version", "6", "-I", ".", "ParleyTypes.swift", "use.swift")
    }
    let right = try check(
      """
      let item = Payloads.OrderPlacedItem(sku: "a", parts: [Payloads.OrderPlacedItem(sku: "b")])
      _ = try await client.emit(Events.OrderPlaced.self, Payloads.OrderPlaced(id: 1, items: [item], currency: .eur))
      let quote = try await client.call(Methods.PricingQuote.self, Payloads.PricingQuoteParams(sku: "a", quantity: 2))
      let _: Double = quote.total
      """)
    #expect(right.status == 0, "\(right.output)")
    for wrong in [
      #"_ = try await client.emit(Events.OrderPlaced.self, Payloads.OrderPlaced(id: "1", items: [], currency: .eur))"#,
      "_ = try await client.emit(Events.OrderPlaced.self, Payloads.OrderPlaced(id: 1, items: []))",
      "_ = try await client.emit(Events.OrderPlaced.self, Payloads.OrderPlaced(id: 1, items: [], currency: .chf))",
      "_ = try await client.emit(Events.OrderPlaced.self, Payloads.PricingQuoteParams(sku: \"a\", quantity: 1))",
    ] {
      let result = try check(wrong)
      #expect(
        result.status != 0 && result.output.contains("use.swift:3:"), "\(wrong) \(result.output)")
    }
  }

  @Test(
    "Perl's checker accepts right payloads and refuses wrong ones with the place",
    .enabled(if: CheckedFolder.has("perl"), "perl is not installed"))
  func perl() throws {
    let folder = try CheckedFolder(.perl)
    defer { folder.remove() }
    func check(_ source: String) throws -> (status: Int32, output: String) {
      try folder.run(
        "perl", "-w", "-I.", "-MParleyTypes=check_event,check_params", "-e",
        source + "; print 'fits'")
    }
    let right =
      "check_event('order:placed', {id => 1, items => [{sku => 'a'}], currency => 'EUR', note => undef})"
    #expect(try check(right).output == "fits")
    #expect(
      try check("check_event('order:placed', {id => 1, items => [{}], currency => 'EUR'})").output
        == "event `order:placed`: /items/0: `sku` is missing\n")
    #expect(
      try check("check_event('order:placed', {id => 'x', items => [], currency => 'EUR'})").output
        == "event `order:placed`: /id: expected integer\n")
    #expect(
      try check("check_event('order:placed', {id => 1, items => [], currency => 'CHF'})").output
        == "event `order:placed`: /currency: expected one of EUR, USD\n")
    #expect(
      try check("check_params('pricing.quote', {sku => 'a', quantity => 1})").output == "fits")
    #expect(try check("check_event('order:plased')").output == "there is no event `order:plased`\n")
    #expect(try folder.run("podchecker", "ParleyTypes.pm").output.contains("pod syntax OK"))
  }

  @Test(
    "Lua's annotations are Lua",
    .enabled(if: CheckedFolder.has("lua5.4"), "lua5.4 is not installed"))
  func lua() throws {
    let folder = try CheckedFolder(.lua)
    defer { folder.remove() }
    let result = try folder.run("lua5.4", "parley_types.lua")
    #expect(result.status == 0, "\(result.output)")
    let text = TypeLanguage.lua.render(SampleInterface.model)
    #expect(text.contains("---@field currency (\"EUR\"|\"USD\")\n"))
    #expect(
      text.contains(
        "---@overload fun(event: \"order:placed\", payload: OrderPlaced, options?: table): any\n"))
  }

  /// Older releases do not know keys that may be left out; all else is read by them too.
  static let rubyProgram = """
    require 'rbs'
    text = File.read('parley_types.rbs')
    text = text.gsub(/^( +)\\?"/, '\\1"') if Gem::Version.new(RBS::VERSION) < Gem::Version.new('3.5')
    RBS::Parser.parse_signature(text)
    print 'read'
    """

  @Test(
    "Ruby's signatures are RBS",
    .enabled(if: CheckedFolder.hasRBS, "ruby or its rbs is not installed"))
  func ruby() throws {
    let folder = try CheckedFolder(.ruby)
    defer { folder.remove() }
    let result = try folder.run("ruby", "-e", Self.rubyProgram)
    #expect(result.output == "read")
  }
}

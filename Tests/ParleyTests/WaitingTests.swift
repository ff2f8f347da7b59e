import Foundation
import Testing

/// Handlers that have several things open at once: a deadlock among them is found, and nothing else is taken for one.
@Suite("A handler that waits for several things", .timeLimit(.minutes(5)))
struct WaitingTests {
  private static let languages = [Language.python, .node, .ruby].filter(\.isInstalled)

  /// A plugin whose handlers hold the lock L and use `b`, which wants it too.
  private static func holder(_ language: Language) -> String {
    switch language {
    case .python: inPython
    case .ruby: inRuby
    default: inNode
    }
  }

  private static let inPython = """
    import asyncio
    from parley import provide, call, lock, stream

    @provide("a.all")
    async def all_of_them():
        async with lock("L"):
            return await asyncio.gather(call("b.quick"), call("b.locked"))

    @provide("a.reads")
    async def reads():
        async with lock("L"):
            return [item async for item in stream("b.items")]

    @provide("a.first")
    async def first():
        async with lock("L"):
            tasks = [asyncio.ensure_future(call("b.locked")), asyncio.ensure_future(asyncio.sleep(0.3, "slept"))]
            done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in rest:
                task.cancel()
            return [task.result() for task in done]
    """

  private static let inNode = """
    import { provide, call, lock, stream } from "parley";
    import { setTimeout as sleep } from "node:timers/promises";

    provide("a.all", () => lock("L", () => Promise.all([call("b.quick"), call("b.locked")])));
    provide("a.reads", () => lock("L", async () => {
      const items = [];
      for await (const item of stream("b.items")) items.push(item);
      return items;
    }));
    provide("a.first", () => lock("L", async () => {
      const giver = new AbortController();
      const locked = call("b.locked", {}, { signal: giver.signal }).catch((error) => error.code);
      const first = await Promise.race([locked, sleep(300, "slept")]);
      giver.abort();
      return [first];
    }));
    """

  private static let inRuby = """
    def at_once(*bodies)
      results = Queue.new
      bodies.each { |body| Fiber.schedule { results << body.call } }
      results
    end

    def described
      yield
    rescue Parley::Error => e
      e
    end

    provide("a.all") do
      lock("L") do
        results = at_once(-> { call("b.quick") }, -> { described { call("b.locked") } })
        [results.pop, results.pop].each { |one| raise one if one.is_a?(Exception) }
      end
    end

    provide("a.reads") { lock("L") { stream("b.items").to_a } }

    provide("a.first") do
      lock("L") { [at_once(-> { described { call("b.locked") } }, -> { sleep(0.3) && "slept" }).pop] }
    end
    """

  private static func fixture(_ language: Language) throws -> PluginFixture {
    let fixture = try PluginFixture()
    try fixture.add(
      "a", language, holder(language),
      manifest: PluginFixture.services("a.all", "a.reads", "a.first", calls: ["b.*"]))
    let provided: [String: Any] = ["b.quick": [:], "b.locked": [:], "b.items": ["stream": true]]
    try fixture.add(
      "b", .python,
      """
      from parley import provide, lock

      @provide("b.quick")
      def quick():
          return 1

      @provide("b.locked")
      def locked():
          with lock("L"):
              return 2

      @provide("b.items")
      def items():
          yield 1
          with lock("L"):
              yield 2
      """,
      manifest: ["services": ["provides": provided], "mailbox": ["concurrent": 4]])
    return fixture
  }

  @Test(
    "for all its calls, or for the items of a stream: a deadlock is found at once",
    arguments: languages, ["a.all", "a.reads"])
  func deadlock(_ language: Language, _ method: String) async throws {
    let result = try await Self.fixture(language).call(method)
    #expect(result.outcome == "handler_error")
    let cause = result.error["cause"] as? [String: Any] ?? [:]
    #expect(cause["outcome"] as? String == "deadlock", "\(result.output)")
    #expect((cause["message"] as? String ?? "").contains("the lock L, held by \(method)"))
  }

  @Test("for whatever comes first goes on when that is no reply at all", arguments: languages)
  func race(_ language: Language) async throws {
    let result = try await Self.fixture(language).call("a.first")
    #expect(result.json["value"] as? [String] == ["slept"], "\(result.output)")
  }
}

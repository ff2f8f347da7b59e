import KernelProtocol
import Testing

@testable import Conformance

@Suite("Patterns")
struct MatcherTests {
  @Test(
    "a value that is as the pattern says is right",
    arguments: [
      ("1", "1.0"), (#"{"a": 1, "b": [2]}"#, #"{"b": [2], "a": 1}"#), (#"{"$any": true}"#, "null"),
      (#"{"$fields": {"a": 1}}"#, #"{"a": 1, "b": 2}"#), (#"{"$count": 2}"#, "[1, 2]"),
      (#"{"$count": {"$least": 2}}"#, #""xyz""#), (#"{"$count": 0}"#, "{}"),
      (#"{"$contains": "lo w"}"#, #""hello world""#),
      (#"{"$contains": ["world", "hello"]}"#, #""hello world""#),
      (#"{"$contains": {"$fields": {"a": 2}}}"#, #"[{"a": 1}, {"a": 2, "b": 3}]"#),
      (#"{"$least": 1}"#, "1"), (#"{"$most": 1}"#, "0.5"), (#"{"$not": 1}"#, "2"),
      (#"{"$either": [1, 2]}"#, "2"), (#"{"$every": {"$least": 1}}"#, "[1, 2]"),
      (#"{"$order": [1, 3]}"#, "[0, 1, 2, 3]"),
      (
        #"{"$story": {"of": "p", "are": ["a", "b", "a"]}}"#,
        #"[{"p": "a"}, {"p": "a"}, {"p": "b"}, {"p": "a"}]"#
      ),
      (#"{"a": {"$absent": true}, "b": 1}"#, #"{"b": 1}"#),
    ])
  func right(pattern: String, value: String) throws {
    #expect(try problem(pattern, value) == nil)
  }

  @Test(
    "a value that is not is told with its place, what it is and what was expected",
    arguments: [
      ("1", "2", "x is 2, expected 1"), (#"{"a": 1}"#, #"{}"#, "x.a is missing; expected 1"),
      (#"{"a": 1}"#, #"{"a": 1, "b": 2}"#, #"x has the unexpected key "b""#),
      (#"{"a": [1, {"b": true}]}"#, #"{"a": [1, {"b": 1}]}"#, "x.a[1].b is 1, expected true"),
      ("[1]", "[1, 2]", "x has 2 elements, expected 1"), ("false", "null", "x is null"),
      ("[]", "{}", "x is {}, expected []"), (#""""#, "null", "x is null"),
      (#"{"$fields": {"a": 1}}"#, "[]", "x is []"),
      (#"{"$count": 2}"#, "[1]", "the size of x is 1"),
      (#"{"$contains": "b"}"#, #""a""#, #"x is "a", expected $contains "b""#),
      (#"{"$contains": ["a", "b"]}"#, #""a""#, "expected $contains"),
      (#"{"$least": 1}"#, "0", "x is 0"), (#"{"$most": 1}"#, #""1""#, #"x is "1""#),
      (#"{"$not": 1}"#, "1", "x is 1, which it must not be"),
      (#"{"$either": [1, 2]}"#, "3", "x is 3, expected 1, or x is 3, expected 2"),
      (#"{"$every": 1}"#, "[1, 2]", "x[1] is 2"), (#"{"$every": 1}"#, "[]", "x has no elements"),
      (#"{"$order": [3, 1]}"#, "[1, 2, 3]", "expected $order"),
      (#"{"$story": {"of": "p", "are": ["a"]}}"#, #"[{"p": "b"}]"#, #"(["b"])"#),
      (#"{"a": {"$absent": true}}"#, #"{"a": null}"#, "x.a is null, expected nothing"),
    ])
  func wrong(pattern: String, value: String, expected: String) throws {
    let problem = try #require(try problem(pattern, value))
    #expect(problem.contains(expected), "\(problem)")
  }

  @Test("a long value is shortened")
  func long() throws {
    let value = JSONValue.string(String(repeating: "x", count: 10_000))
    let problem = try #require(Matcher.problem(1, value, at: "x"))
    #expect(problem.count < 500)
  }

  private func problem(_ pattern: String, _ value: String) throws -> String? {
    let parser = JSONParser()
    return Matcher.problem(try parser.parse(pattern), try parser.parse(value), at: "x")
  }
}

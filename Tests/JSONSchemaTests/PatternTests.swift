@testable import JSONSchema
import Testing

@Suite("Regular expressions")
struct PatternTests {
  static let judgements: [(pattern: String, text: String, matches: Bool)] = [
    ("a", "cab", true), ("^a", "cab", false), ("b$", "cab", true), ("b$", "cab\n", false),
    ("^(a|bc)+$", "abcbca", true), ("^(a|bc)+$", "abcb", false),
    ("^a{2,3}$", "aa", true), ("^a{2,3}$", "aaaa", false), ("^a{2,}$", "aaaaa", true),
    ("^a{0}$", "", true), ("^(a?){3}$", "aaaa", false), ("^(a*)*$", "aaab", false),
    ("^a*?b+?$", "aab", true), ("^{x}$", "{x}", true), ("a{,2}", "a{,2}", true),
    (#"^[\w.+-]+@[\w-]+\.[\w.]+$"#, "ada@example.org", true), ("^[^a-c]$", "d", true),
    ("^[^a-c]$", "b", false), ("^[a-]$", "-", true), (#"^[\d\-x]$"#, "-", true), ("[]", "a", false),
    ("^[^]$", "\n", true), ("^.$", "\n", false), ("^.$", "😀", true), (#"^\u{1F600}$"#, "😀", true),
    (#"^\ud83d\ude00$"#, "😀", true), (#"^\x41$"#, "A", true), (#"\bcat\b"#, "a cat.", true),
    (#"\bcat\b"#, "concat", false), (#"^\Bat"#, "at", false), (#"o\B"#, "foo", true),
    (#"^\p{Lu}\p{Ll}+$"#, "Émile", true), (#"^\P{L}$"#, "é", false), (#"^\p{Nd}$"#, "٣", true),
    (#"^\d$"#, "٣", false), (#"^\s$"#, "\u{3000}", true), ("^(?<year>\\d{4})$", "2024", true),
    ("", "anything", true), ("^$", "", true), ("a||b", "x", true), ("^é$", "e\u{301}", false),
  ]

  @Test("match as ECMA-262 says", arguments: judgements.indices)
  func judgement(index: Int) throws {
    let (pattern, text, matches) = Self.judgements[index]
    #expect(try Pattern(pattern).matches(text) == matches, "/\(pattern)/ \(text)")
  }

  @Test("the table and the threads agree", arguments: judgements.indices)
  func agreement(index: Int) throws {
    let (source, text, matches) = Self.judgements[index]
    let stepper = PatternStepper(try PatternProgram(try PatternParser.parse(source)))
    var threads: PatternThreads? = PatternThreads()
    for scalar in text.unicodeScalars {
      guard let current = threads else { break }
      threads = stepper.threads(after: current, stepper.classes.of(scalar.value))
    }
    #expect((threads.map { stepper.matchesAtEnd($0) } ?? true) == matches, "/\(source)/ \(text)")
  }

  static let mistakes: [(pattern: String, reason: String)] = [
    ("(", "a group is not closed by `)`"), (")", "`)` closes no group"),
    ("*a", "`*` repeats nothing"), ("a{3,2}", "`{3,2}` ends before it begins"),
    ("[b-a]", "a range in `[` and `]` must run from a lower to a higher character"),
    (#"\q"#, #"`\q` is not an escape of ECMA-262"#),
    (#"\p{Nope}"#, "the Unicode property `Nope` is not supported"),
    ("(?<!a)b", "negative lookbehind `(?<!` is not supported: it cannot be matched in linear time"),
    ("a{100000}", "a count is above 4000"),
    ("((a{50}){50}){50}", "it is too large: its counts multiply to over 4000 steps"),
    (String(repeating: "(", count: 5_000), "groups are nested more than 100 deep"),
    ("a\\", "it ends with a backslash"),
  ]

  @Test("mistakes are named", arguments: mistakes.indices)
  func mistake(index: Int) {
    let (pattern, reason) = Self.mistakes[index]
    #expect(throws: PatternError(reason)) { try Pattern(pattern) }
  }

  @Test(
    "what makes other engines exponential costs a step for each character",
    arguments: ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*a){12}b", "^(([a-z])+.)+[A-Z]([a-z])+$"])
  func bombs(source: String) throws {
    let pattern = try Pattern(source)
    #expect(!pattern.matches(String(repeating: "a", count: 50_000) + "!"))
    #expect(pattern.cost(ofLength: 1_000) <= 1_000)
  }

  @Test("where a table would be too large, the cost is bounded by the size of the program")
  func threads() throws {
    let pattern = try Pattern("^(a|b)*a(a|b){20}$")
    #expect(pattern.cost(ofLength: 1) > 1)
    #expect(pattern.cost(ofLength: 1_000) <= 1_000 * PatternProgram.maximumSize)
    #expect(pattern.matches("a" + String(repeating: "b", count: 20)))
    #expect(!pattern.matches("b" + String(repeating: "b", count: 20)))
  }
}

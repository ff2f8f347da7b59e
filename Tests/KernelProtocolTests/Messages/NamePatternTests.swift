import KernelProtocol
import Testing

@Suite("NamePattern")
struct NamePatternTests {
  static let matches: [(String, NameKind, String, Bool)] = [
    ("cart:updated", .event, "cart:updated", true), ("cart:updated", .event, "cart:Updated", false),
    ("cart:updated", .event, "cart", false), ("cart:updated", .event, "cart:updated:x", false),
    ("cart:*", .event, "cart:updated", true), ("cart:*", .event, "cart", false),
    ("cart:*", .event, "cart:a:b", false), ("*:updated", .event, "cart:updated", true),
    ("cart:**", .event, "cart", true), ("cart:**", .event, "cart:a:b:c", true),
    ("cart:**", .event, "cartoon:a", false), ("**", .event, "anything:at:all", true),
    ("*", .event, "a", true), ("*", .event, "a:b", false), ("a:*:**", .event, "a", false),
    ("a:*:**", .event, "a:b", true), ("*", .event, "", false), ("cart:*", .event, "cart:", false),
    ("pricing.*", .method, "pricing.quote", true), ("pricing.*", .method, "pricing:quote", false),
    ("a.b", .event, "a.b", true), ("\u{E9}:x", .event, "e\u{301}:x", false),
  ]

  @Test("a pattern matches names segment by segment", arguments: matches)
  func matching(pattern: String, kind: NameKind, name: String, expected: Bool) throws {
    #expect(try NamePattern(pattern, kind).matches(name) == expected)
  }

  @Test(
    "what is no pattern is refused with the reason",
    arguments: [
      ("", .empty), ("a::b", .emptySegment), (":a", .emptySegment), ("a:", .emptySegment),
      ("a b:c", .badCharacter), ("a:b\n", .badCharacter), ("a:b*", .partialWildcard),
      ("a:***", .partialWildcard), ("**:a", .restNotAtEnd), ("a:**:**", .restNotAtEnd),
      (String(repeating: "x", count: 256), .tooLong),
    ] as [(String, NameError.Code)])
  func refusals(text: String, code: NameError.Code) {
    let error = #expect(throws: NameError.self) { try NamePattern(text, .event) }
    #expect(error?.code == code)
    #expect(error?.description.isEmpty == false)
  }

  @Test("a combining mark after the separator does not hide it")
  func combiningMark() throws {
    let pattern = try NamePattern("a:*", .event)
    #expect(pattern.matches("a:\u{301}b"))
    #expect(try NamePattern("a:\u{301}b", .event).segments.count == 2)
  }

  @Test("a name has no wildcards")
  func names() throws {
    try NamePattern.validateName("pricing.quote", .method)
    let error = #expect(throws: NameError.self) {
      try NamePattern.validateName("pricing.*", .method)
    }
    #expect(error?.code == .wildcardInName)
  }

  @Test(
    "a pattern covers the patterns all of whose names it matches",
    arguments: [
      ("order:*", "order:created", true), ("order:*", "order:*", true),
      ("order:*", "order:**", false),
      ("order:**", "order:*", true), ("order:**", "order", true), ("**", "a:*:c", true),
      ("order:created", "order:*", false), ("*:x", "a:x", true), ("*:x", "a:*", false),
      ("a:*", "a", false), ("a", "a:b", false), ("a:*:**", "a:b", true), ("a:*:**", "a:**", false),
    ])
  func covering(outer: String, inner: String, expected: Bool) throws {
    #expect(try NamePattern(outer, .event).covers(NamePattern(inner, .event)) == expected)
  }

  @Test("a pattern of events covers no method")
  func kinds() throws {
    #expect(try !NamePattern("**", .event).covers(NamePattern("a", .method)))
  }
}

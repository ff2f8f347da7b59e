import KernelProtocol
import Testing

@testable import Conformance

@Suite("What tables leave open")
struct SubstitutionTests {
  private let substitution = Substitution([
    "a.file": "/tmp/a.py", "number": 7, "item": ["name": "x", "value": [1]],
  ])

  @Test(
    "texts, keys and whole values are filled in",
    arguments: [
      (#""${a.file}:3""#, #""/tmp/a.py:3""#), (#""${number}""#, "7"), (#""n${number}""#, #""n7""#),
      (#"["${item.value}"]"#, "[[1]]"), (#""${item}""#, #"{"name": "x", "value": [1]}"#),
      (#"{"/${a.file}": {"b": "${number}"}}"#, #"{"//tmp/a.py": {"b": 7}}"#),
      (#""${nobody}""#, #""${nobody}""#), ("3", "3"),
    ])
  func filled(open: String, expected: String) throws {
    let parser = JSONParser()
    #expect(substitution.apply(try parser.parse(open)) == (try parser.parse(expected)))
  }

  @Test(
    "values that are too large to be written down are made",
    arguments: [
      (#"{"$text": "ab", "times": 2}"#, #""abab""#), (#"{"$nested": 3}"#, "[[[]]]"),
      (#"{"$cycle": [1, 2], "times": 3, "then": [9]}"#, "[1, 2, 1, 9]"),
    ])
  func made(rule: String, expected: String) throws {
    let parser = JSONParser()
    #expect(substitution.apply(try parser.parse(rule)) == (try parser.parse(expected)))
  }
}

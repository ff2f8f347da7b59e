import KernelProtocol
import Parley

extension Expectation {
  /// All that is not as expected, a sentence each.
  func problems(_ observed: Observed, _ substitution: Substitution) -> [String] {
    var problems: [String?] = [outcomeProblem(observed, substitution)]
    if let value, problems == [nil] {
      problems.append(
        Matcher.problem(substitution.apply(value), observed.value, at: "the value"))
    }
    if let bytes, problems == [nil] { problems.append(bytesProblem(bytes, observed, substitution)) }
    for field in fields {
      let pattern = substitution.apply(field.value)
      let rule: JSONValue = field.key == "error" ? ["$fields": pattern] : pattern
      problems.append(Matcher.problem(rule, observed.fields[field.key], at: field.key))
    }
    if let within, observed.seconds > within {
      problems.append("it took \(observed.seconds) s, expected at most \(within) s")
    }
    return problems.compactMap(\.self)
  }

  private func outcomeProblem(_ observed: Observed, _ substitution: Substitution) -> String? {
    let actual = JSONValue.string(observed.outcome.rawValue)
    guard
      let problem = Matcher.problem(substitution.apply(outcome), actual, at: "the outcome")
    else { return nil }
    let detail = observed.fields["error"] ?? observed.value ?? .null
    return "\(problem): \(Matcher.shown(detail))"
  }

  private func bytesProblem(
    _ bytes: JSONObject, _ observed: Observed, _ substitution: Substitution
  ) -> String? {
    let expected = substitution.apply(bytes)
    guard expected.count == observed.attachments.count else {
      return "the value has \(observed.attachments.count) binary parts, expected \(expected.count)"
    }
    let actual = observed.attachments.map { attachment in
      let tokens = attachment.path.map { $0.stringValue ?? $0.description }
      return (JSONPointer(tokens).description, JSONValue.string(Hex.text(attachment.bytes.bytes)))
    }
    return Matcher.problem(.object(expected), .object(JSONObject(actual)), at: "the bytes")
  }
}

import Broker
import KernelProtocol
import Testing

@testable import Parley

@Suite("Taking secrets out of texts")
struct RedactorTests {
  private func redaction(_ secrets: [String: String]) -> Redaction {
    var redaction = Redaction()
    redaction.add(secrets.mapValues { .value($0) })
    return redaction
  }

  @Test(
    "a secret is found as it is, in JSON, and percent-encoded",
    arguments: [
      ("the key is k€y \"1\"!", "the key is [secret s]!"),
      (#"{"a":"k€y \"1\""}"#, #"{"a":"[secret s]"}"#),
      ("https://u:k%E2%82%ACy%20%221%22@h/", "https://u:[secret s]@h/"),
      ("k€y \"1\"k€y \"1\"", "[secret s][secret s]"), ("k€y", "k€y"), ("", ""),
    ])
  func forms(_ text: String, _ redacted: String) {
    #expect(redaction(["s": "k€y \"1\""]).redactor.redact(text) == redacted)
  }

  @Test("of secrets that overlap nothing is left, and the longer of two goes whole")
  func overlapping() {
    let redactor = redaction(["a": "abcdef", "b": "defghi", "c": "abcd"]).redactor
    #expect(redactor.redact("-abcdefghi-") == "-[secret a]-")
    #expect(redactor.redact("-abcd-") == "-[secret c]-")
    #expect(redactor.redact("-abcdabcdef-") == "-[secret c][secret a]-")
  }

  @Test("of a secret with several lines each line that is long enough is found alone")
  func lines() {
    let redactor = redaction(["pem": "-----BEGIN-----\nMIIEvQIBADAN\nAB\n-----END-----"]).redactor
    #expect(redactor.redact("read MIIEvQIBADAN") == "read [secret pem]")
    #expect(redactor.redact("AB") == "AB")
  }

  @Test("a secret that was changed is still taken out")
  func changed() {
    var redaction = redaction(["s": "old one"])
    redaction.add(["s": .value("new one"), "t": .missing("gone")])
    #expect(redaction.redactor.redact("old one, new one") == "[secret s], [secret s]")
  }

  @Test("a secret is taken out of a value wherever it stands, and out of a number")
  func values() {
    let value: JSONValue = ["a": ["x 1234567"], "1234567": true, "n": 1_234_567, "m": 12]
    let redacted: JSONValue = [
      "a": ["x [secret s]"], "[secret s]": true, "n": "[secret s]", "m": 12,
    ]
    #expect(redaction(["s": "1234567"]).redactor.redact(value) == redacted)
  }

  @Test("a secret that comes in pieces is found, wherever it is cut")
  func pieces() {
    let text = "one hunter2 two hunter2"
    for cut in text.indices {
      for second in text[cut...].indices {
        var redaction = redaction(["s": "hunter2", "t": "hunt"])
        let parts = [text[..<cut], text[cut..<second], text[second...]]
        let shown = parts.map { redaction.redact(chunk: String($0), from: "p") }
        let end = redaction.end(of: "p") ?? ""
        #expect(shown.joined() + end == "one [secret s] two [secret s]", "\(parts)")
      }
    }
  }

  @Test("what only began like a secret is shown when more comes, or at the end")
  func falseAlarm() {
    var redaction = redaction(["s": "hunter2"])
    #expect(redaction.redact(chunk: "a hun", from: "p") == "a ")
    #expect(redaction.redact(chunk: "t", from: "other") == "t")
    #expect(redaction.redact(chunk: "gry", from: "p") == "hungry")
    #expect(redaction.redact(chunk: "hunt", from: "p") == "")
    #expect(redaction.end(of: "p") == "hunt")
    #expect(redaction.end(of: "p") == nil)
  }

  @Test("errors lose it in all their fields, and a call's value to the application does not")
  func messages() throws {
    let redaction = redaction(["s": "hunter2"])
    let error = OutcomeError(
      .handlerError, "no hunter2", details: ["traceback": ["at hunter2"], "evalue": "hunter2"])
    let redacted = redaction.redact(error)
    #expect(redacted.message == "no [secret s]")
    #expect(redacted.details == ["traceback": ["at [secret s]"], "evalue": "[secret s]"])
    for (outcome, text) in [(Outcome.ok, "hunter2"), (.handlerError, "[secret s]")] {
      var metadata = MessageMetadata()
      metadata.outcome = outcome
      var headers = HeaderFactory(session: "t")
      let reply = Envelope(
        header: headers.make(.callReply, date: ""), metadata: metadata.bytes,
        content: FrameBytes(json: ["value": "hunter2"]))
      #expect(redaction.redact(reply).content == FrameBytes(json: ["value": .string(text)]))
    }
  }

  @Test("without secrets everything is passed on as it is")
  func none() {
    var redaction = Redaction()
    #expect(redaction.redact(chunk: "abc", from: "p") == "abc")
    #expect(redaction.redactor.redact("abc") == "abc")
  }
}

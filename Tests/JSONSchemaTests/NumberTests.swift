import JSONSchema
import KernelProtocol
import Testing

@Suite("Numbers")
struct NumberTests {
  static let judgements: [(schema: String, instance: String, isValid: Bool)] = [
    // 2^53 + 1 is no double.
    (#"{"minimum": 9007199254740993}"#, "9007199254740992", false),
    (#"{"minimum": 9007199254740993}"#, "9007199254740993", true),
    (#"{"const": 9007199254740993}"#, "9007199254740992", false),
    (#"{"enum": [1, 9007199254740993]}"#, "9007199254740992.0", false),
    (#"{"exclusiveMaximum": 9223372036854775807}"#, "9223372036854775807", false),
    (#"{"maximum": 9.3e18}"#, "9223372036854775807", true),
    (#"{"minimum": 0.5}"#, "0", false),
    (#"{"minimum": -0.5}"#, "-1", false),
    (#"{"maximum": -0.5}"#, "-1", true),
    (#"{"maximum": 1.5}"#, "1", true),
    (#"{"exclusiveMinimum": 1}"#, "1.0", false),
    (#"{"multipleOf": 0.1}"#, "0.3", true),
    (#"{"multipleOf": 0.01}"#, "19.99", true),
    (#"{"multipleOf": 0.01}"#, "4.35", true),
    (#"{"multipleOf": 0.01}"#, "19.995", false),
    (#"{"multipleOf": 0.1}"#, "1e300", true),
    (#"{"multipleOf": 3}"#, "9223372036854775807", false),
    (#"{"multipleOf": 7}"#, "9223372036854775807", true),
    (#"{"multipleOf": 2.5}"#, "-7.5", true),
    (#"{"multipleOf": 10}"#, "1e1", true),
    (#"{"multipleOf": 1e19}"#, "5", false),
    (#"{"multipleOf": 0.3}"#, "0", true),
    (#"{"type": "integer"}"#, "3.0", true),
    (#"{"type": "integer"}"#, "3.5", false),
    (#"{"const": 1}"#, "1.0", true),
    (#"{"uniqueItems": true}"#, "[1, 1.0]", false),
    (#"{"uniqueItems": true}"#, "[1, true, \"1\", [1], {\"a\": 1}]", true),
  ]

  @Test("are compared exactly", arguments: judgements.indices)
  func exactness(index: Int) throws {
    let (schema, instance, isValid) = Self.judgements[index]
    #expect(try Schema(text: schema).accepts(instance) == isValid, "\(schema) \(instance)")
  }
}

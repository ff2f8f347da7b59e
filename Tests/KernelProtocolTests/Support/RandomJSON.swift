import KernelProtocol

/// Makes random values, and random changes of bytes, from a seed.
struct RandomJSON {
  private var random: SplitMix64

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  mutating func object(depth: Int = 4) -> JSONValue {
    .object(
      JSONObject((0..<Int.random(in: 0...5, using: &random)).map { _ in (text(), value(depth)) }))
  }

  mutating func value(_ depth: Int) -> JSONValue {
    switch Int.random(in: 0...(depth > 0 ? 7 : 5), using: &random) {
    case 0: .null
    case 1: .bool(Bool.random(using: &random))
    case 2: .integer(Int64.random(in: .min ... .max, using: &random))
    case 3: .double(Double.random(in: -1e6...1e6, using: &random))
    case 4: .integer(Int64.random(in: -9...9, using: &random))
    case 5: .string(text())
    case 6: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth - 1) })
    default: object(depth: depth - 1)
    }
  }

  mutating func text() -> String {
    let alphabet: [Character] = ["a", "b", "ü", "你", "😀", "\"", "\\", "\n", "\u{0}", "/", " ", "7"]
    return String(
      (0..<Int.random(in: 0...12, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? "a"
      })
  }

  /// One to four bytes changed, removed, inserted or the end cut off; half of them to bytes that
  /// mean something in JSON.
  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0...3, using: &random) {
      case 0 where place < bytes.count: bytes[place] = byte()
      case 1 where place < bytes.count: bytes.remove(at: place)
      case 2: bytes.insert(byte(), at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }

  private mutating func byte() -> UInt8 {
    let telling = Array("{}[]\",:\\u0-.eE \ntfn9".utf8) + [0x00, 0x80, 0xC3, 0xED, 0xF4, 0xFF]
    return Bool.random(using: &random)
      ? telling.randomElement(using: &random) ?? 0 : UInt8.random(in: 0...255, using: &random)
  }
}

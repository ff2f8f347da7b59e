/// Where the broker gets its randomness: topics and nonces must not be guessable, and a simulation must be repeatable.
public enum RandomSource: RandomNumberGenerator, Sendable {
  /// The operating system's generator.
  case system
  /// SplitMix64 from a seed: for simulations, and for what need not be secret.
  case seeded(UInt64)

  public mutating func next() -> UInt64 {
    switch self {
    case .system:
      var generator = SystemRandomNumberGenerator()
      return generator.next()
    case .seeded(let state):
      let advanced = state &+ 0x9E37_79B9_7F4A_7C15
      self = .seeded(advanced)
      var mixed = advanced
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// 128 bits as 32 hexadecimal digits: a topic, a key or a nonce.
  mutating func token() -> String { Hexadecimal.string(next()) + Hexadecimal.string(next()) }
}

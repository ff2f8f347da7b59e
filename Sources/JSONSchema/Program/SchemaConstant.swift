import KernelProtocol

/// A value of `const` or `enum`, ready to be compared with a value on a tape.
indirect enum SchemaConstant: Sendable {
  case null
  case bool(Bool)
  case number(SchemaNumber)
  case string([UInt8])
  case array([SchemaConstant])
  /// Sorted by key.
  case object([(key: [UInt8], value: SchemaConstant)])

  init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let bool): self = .bool(bool)
    case .integer(let integer): self = .number(.integer(integer))
    case .double(let double): self = .number(SchemaNumber(double))
    case .string(let string): self = .string(Array(string.utf8))
    case .array(let array): self = .array(array.map(SchemaConstant.init))
    case .object(let object):
      let members = object.map { (key: Array($0.key.utf8), value: SchemaConstant($0.value)) }
      self = .object(members.sorted { ByteOrder.isBefore($0.key, $1.key) })
    }
  }
}

import KernelProtocol

/// The values of one `enum`: text and numbers sorted, so that a long list costs no more than a few
/// comparisons.
///
/// A class, so that using one counts one reference and not one for each list.
final class SchemaChoice: Sendable {
  /// As the schema lists them, for messages.
  let values: [JSONValue]
  let strings: [[UInt8]]
  let numbers: [SchemaNumber]
  let others: [SchemaConstant]

  init(_ values: [JSONValue]) {
    self.values = values
    var strings: [[UInt8]] = []
    var numbers: [SchemaNumber] = []
    var others: [SchemaConstant] = []
    for value in values {
      switch SchemaConstant(value) {
      case .string(let string): strings.append(string)
      case .number(let number): numbers.append(number)
      case let other: others.append(other)
      }
    }
    self.strings = strings.sorted(by: ByteOrder.isBefore)
    self.numbers = numbers.sorted()
    self.others = others
  }

  func contains(_ text: UnsafeRawBufferPointer) -> Bool {
    ByteOrder.search(count: strings.count) { index in
      strings[index].withUnsafeBytes { ByteOrder.compare(text, $0) }
    } != nil
  }

  func contains(_ number: SchemaNumber) -> Bool {
    ByteOrder.search(count: numbers.count) { index in
      number < numbers[index] ? -1 : number == numbers[index] ? 0 : 1
    } != nil
  }
}

extension MessageMetadata {
  /// Reads metadata in one pass. Unknown fields are ignored, and so is a known one that is null.
  ///
  /// - Throws: ``EnvelopeError/malformed(_:)`` for broken JSON and for a known field of a wrong
  ///   type.
  public init(reading bytes: FrameBytes) throws(EnvelopeError) {
    self.init()
    do throws(JSONError) {
      self = try bytes.withUnsafeBytes { (raw) throws(JSONError) in
        try MessageMetadata(scanning: raw)
      }
    } catch {
      throw .malformed("metadata: \(error)")
    }
  }

  private init(scanning bytes: UnsafeRawBufferPointer) throws(JSONError) {
    var scanner = JSONScanner(bytes)
    while let (key, value) = try scanner.next() {
      guard let field = MetadataField.table[key], !value.isNull else { continue }
      try read(field, from: value)
    }
  }

  private mutating func read(_ field: MetadataField, from value: JSONSlice) throws(JSONError) {
    switch field {
    case .method: method = try text(value, field)
    case .timeout: timeout = try seconds(value, field)
    case .remaining: remaining = try seconds(value, field)
    case .depth: depth = try integer(value, field)
    case .tenant: tenant = try text(value, field)
    case .caller: caller = try text(value, field)
    case .traceparent: traceparent = try text(value, field)
    case .stream: stream = try bool(value, field)
    case .credit: credit = try integer(value, field)
    case .call: call = try text(value, field)
    case .frame: frame = try text(value, field)
    case .kernel: kernel = try text(value, field)
    case .outcome: outcome = try outcome(value)
    case .event: event = try text(value, field)
    case .eventID: eventID = try text(value, field)
    case .sequence: sequence = try integer(value, field)
    case .emitter: emitter = try text(value, field)
    case .hops: hops = try integer(value, field)
    case .attempt: attempt = try integer(value, field)
    case .bufferPaths: bufferPaths = try array(value, field)
    case .require: require = try bool(value, field)
    case .retained: retained = try bool(value, field)
    case .batch: batch = try bool(value, field)
    case .delay: delay = try seconds(value, field)
    case .confirm: confirm = try confirmation(value)
    case .subscriptions: subscriptions = try texts(value, field)
    case .delivery: delivery = try name(value, field, in: Delivery.table)
    case .disposition: disposition = try name(value, field, in: Disposition.table)
    }
  }

  private func confirmation(_ value: JSONSlice) throws(JSONError) -> Confirmation {
    if value.string == "all" { return .all }
    if value.string == "any" { return .any }
    if let count = value.int, count > 0 { return .quorum(count) }
    throw Self.wrongType(.confirm, "\"all\", \"any\" or a number of subscribers from 1")
  }

  private func texts(_ value: JSONSlice, _ field: MetadataField) throws(JSONError) -> [String] {
    let list = try? JSONParser().parse(FrameBytes(value.copy)).arrayValue
    guard let texts = list?.map(\.stringValue), !texts.contains(nil) else {
      throw Self.wrongType(field, "a list of texts")
    }
    return texts.compactMap(\.self)
  }

  private func name<Name: RawRepresentable<String> & CaseIterable & Sendable>(
    _ value: JSONSlice, _ field: MetadataField, in table: NameTable<Name>
  ) throws(JSONError) -> Name {
    guard let name = table[value] else {
      throw Self.wrongType(field, Name.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return name
  }

  private func text(_ value: JSONSlice, _ field: MetadataField) throws(JSONError) -> String {
    guard let text = value.string else { throw Self.wrongType(field, "text") }
    return text
  }

  private func seconds(_ value: JSONSlice, _ field: MetadataField) throws(JSONError) -> Double {
    guard let number = value.double else { throw Self.wrongType(field, "a number of seconds") }
    return number
  }

  private func integer(_ value: JSONSlice, _ field: MetadataField) throws(JSONError) -> Int {
    guard let integer = value.int else { throw Self.wrongType(field, "a whole number") }
    return integer
  }

  private func bool(_ value: JSONSlice, _ field: MetadataField) throws(JSONError) -> Bool {
    guard let bool = value.bool else { throw Self.wrongType(field, "true or false") }
    return bool
  }

  private func outcome(_ value: JSONSlice) throws(JSONError) -> Outcome {
    guard let outcome = Outcome.table[value] else {
      throw Self.wrongType(.outcome, "the name of an outcome")
    }
    return outcome
  }

  private func array(_ value: JSONSlice, _ field: MetadataField) throws(JSONError) -> [UInt8] {
    guard value.bytes.first == ASCII.openBracket else {
      throw Self.wrongType(field, "a list of paths")
    }
    return value.copy
  }

  private static func wrongType(_ field: MetadataField, _ expected: String) -> JSONError {
    JSONError(.wrongType, reason: "\(field.rawValue) must be \(expected)")
  }
}

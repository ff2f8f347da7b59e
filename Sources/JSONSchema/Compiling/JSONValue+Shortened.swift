import KernelProtocol

extension JSONValue {
  /// The value for a message: short, and of a container only how large it is.
  var shortened: String {
    switch self {
    case .array(let array): "an array of \(array.count)"
    case .object(let object): "an object of \(object.count)"
    case .string(let string):
      string.unicodeScalars.count > 40
        ? "\(JSONValue.string(String(String.UnicodeScalarView(string.unicodeScalars.prefix(40)))))…"
        : description
    default: description
    }
  }
}

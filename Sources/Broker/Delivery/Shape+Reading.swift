import KernelProtocol

extension Shape {
  /// The names of the shapes, as manifests and subscriptions have them.
  static let names = ["batch", "debounce", "throttle", "latest"]

  /// Reads the one shape that an object names; nil when it names none.
  ///
  /// - Throws: what is wrong, and where.
  init?(readingFrom object: JSONObject, at pointer: JSONPointer) throws(ManifestProblem) {
    let named = Self.names.filter { object[$0] != nil }
    guard let name = named.first, let value = object[name] else { return nil }
    guard named.count == 1 else {
      throw ManifestProblem(pointer, "only one of \(named.joined(separator: ", ")) can be had")
    }
    let place = pointer.appending(name)
    switch name {
    case "batch":
      let fields = try ManifestObject(value, at: place, keys: ["window", "max"])
      self = .batch(
        window: try fields.seconds("window"), max: try fields.count("max"))
    case "debounce":
      let fields = try ManifestObject(value, at: place, keys: ["wait", "max_wait"])
      let longest = fields.object["max_wait"] == nil ? nil : try fields.seconds("max_wait")
      self = .debounce(wait: try fields.seconds("wait"), maxWait: longest)
    case "throttle":
      let fields = try ManifestObject(value, at: place, keys: ["interval"])
      self = .throttle(interval: try fields.seconds("interval"))
    default:
      let fields = try ManifestObject(value, at: place, keys: ["key", "interval"])
      let interval = fields.object["interval"] == nil ? nil : try fields.seconds("interval")
      self = .latest(key: try fields.jsonPointer("key"), interval: interval)
    }
  }
}

extension ManifestObject {
  /// A time that must be there: a number of seconds above 0.
  func seconds(_ key: String) throws(ManifestProblem) -> Double {
    guard let value = object[key] else {
      throw ManifestProblem(pointer, "\"\(key)\" is missing: a number of seconds")
    }
    guard let seconds = value.doubleValue, seconds > 0, seconds <= 86_400 else {
      throw ManifestProblem(
        pointer.appending(key), "\"\(key)\" must be a number of seconds above 0, at most a day")
    }
    return seconds
  }

  /// A whole number from 1 of a key that may be absent.
  func count(_ key: String) throws(ManifestProblem) -> Int? {
    guard let value = object[key] else { return nil }
    guard let number = value.intValue, number > 0 else {
      throw ManifestProblem(pointer.appending(key), "\"\(key)\" must be a whole number from 1")
    }
    return number
  }

  /// A JSON pointer of a key that may be absent.
  func jsonPointer(_ key: String) throws(ManifestProblem) -> JSONPointer? {
    guard let value = object[key] else { return nil }
    guard let pointer = value.stringValue.flatMap(JSONPointer.init(parsing:)) else {
      throw ManifestProblem(
        pointer.appending(key),
        "\"\(key)\" must be a JSON pointer into the payload, such as \"/id\"")
    }
    return pointer
  }
}

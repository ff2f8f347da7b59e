import ArgumentParser
import Parley

/// A JSON object given on the command line.
struct JSONArgument: ExpressibleByArgument {
  let value: JSONValue

  /// `{}`
  static let empty = JSONArgument(value: [:])

  private init(value: JSONValue) { self.value = value }

  init?(argument: String) {
    guard let value = try? JSONParser().parse(argument), value.objectValue != nil else {
      return nil
    }
    self.value = value
  }

  var defaultValueDescription: String { "{}" }
}

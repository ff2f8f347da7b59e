import ArgumentParser
import Parley

/// How many subscribers must handle an event: `all`, `any` or a number.
struct ConfirmArgument: ExpressibleByArgument {
  let value: Confirmation

  init?(argument: String) {
    switch argument {
    case "all": value = .all
    case "any": value = .any
    default:
      guard let count = Int(argument), count > 0 else { return nil }
      value = .quorum(count)
    }
  }
}

import ArgumentParser
import Foundation

/// The program's entry: the commands' own exit statuses are 0 ok, 1 another outcome, 2 usage, 130 after ^C.
@main
enum Main {
  static func main() async {
    do {
      var command = try ParleyCommand.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      exit(status(for: error))
    }
  }

  /// Prints what is to be said of an error and gives the exit status for it.
  private static func status(for error: any Error) -> Int32 {
    if let code = error as? ExitCode { return code.rawValue }
    let code = ParleyCommand.exitCode(for: error)
    let message = ParleyCommand.fullMessage(for: error)
    guard code != .success else {
      print(message)
      return 0
    }
    Terminal.standardError.write(message + "\n")
    return code == .validationFailure ? 2 : 1
  }
}

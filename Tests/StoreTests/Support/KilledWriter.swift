import Foundation

/// The program that writes without end, killed once it has confirmed so many operations.
enum KilledWriter {
  /// Beside the test bundle.
  private static var program: String {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    while folder.path != "/",
      !FileManager.default.isExecutableFile(atPath: folder.path + "/StoreCrash")
    {
      folder.deleteLastPathComponent()
    }
    return folder.path + "/StoreCrash"
  }

  /// - Returns: all whole lines that it wrote before it was killed.
  static func run(path: String, round: Int, lines: Int) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [path, String(round)]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    var data = Data()
    while data.count(where: { $0 == UInt8(ascii: "\n") }) < lines {
      let more = pipe.fileHandleForReading.availableData
      guard !more.isEmpty else { break }
      data += more
    }
    kill(process.processIdentifier, SIGKILL)
    data += pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}

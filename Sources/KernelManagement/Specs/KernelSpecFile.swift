import Foundation

/// A `kernel.json` as it stands, before its name and folder are known.
struct KernelSpecFile: Decodable {
  let argv: [String]
  let displayName: String
  let language: String
  let interruptMode: KernelSpec.InterruptMode?
  let env: [String: String]?
  let metadata: Metadata?

  struct Metadata: Decodable {
    let parley: ShimDescription?
  }

  private enum CodingKeys: String, CodingKey {
    case argv, language, env, metadata
    case displayName = "display_name"
    case interruptMode = "interrupt_mode"
  }

  /// Reads the kernelspec in `folder`.
  static func read(name: String, folder: String) throws(KernelManagementError) -> KernelSpec {
    let path = folder + "/kernel.json"
    guard let bytes = TextFile.bytes(path) else {
      throw refusal(path, cause: SystemCall.message(errno), advice: "Make the file readable.")
    }
    do {
      let file = try JSONDecoder().decode(KernelSpecFile.self, from: Data(bytes))
      guard file.argv.first?.isEmpty == false else {
        throw refusal(
          path, cause: "\"argv\" is empty", advice: "Name the interpreter as its first entry.")
      }
      return file.spec(name: name, folder: folder)
    } catch let error as KernelManagementError {
      throw error
    } catch {
      let problem = JSONProblem(error, in: bytes)
      throw refusal(path, cause: problem.cause, advice: problem.advice)
    }
  }

  private static func refusal(
    _ path: String, cause: String, advice: String
  ) -> KernelManagementError {
    KernelManagementError(
      .invalidSpec, operation: "read the kernelspec \(path)", cause: cause, advice: advice)
  }

  private func spec(name: String, folder: String) -> KernelSpec {
    KernelSpec(
      name: name, folder: folder, arguments: argv, displayName: displayName, language: language,
      interruptMode: interruptMode ?? .signal, environment: env ?? [:], shim: metadata?.parley)
  }
}

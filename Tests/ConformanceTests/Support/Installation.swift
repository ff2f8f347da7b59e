import Foundation
import Testing

@testable import Conformance

/// The kernels of this source tree and which of them can be examined on this machine.
enum Installation {
  /// The names, whether installed or not: the shims and the example of a sixth language.
  static let kernels: [String] = {
    let root = SuiteFixture.shipped + "/.."
    return [root + "/kernels", examples].flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter {
        FileManager.default.fileExists(atPath: "\(folder)/\($0)/kernel.json")
      }.sorted()
    }
  }()

  /// The suite with all of them.
  static func suite() async throws -> ConformanceSuite {
    var environment = ProcessInfo.processInfo.environment
    environment["PARLEY_SPECS"] = SuiteFixture.shipped
    let path = environment["PARLEY_KERNEL_PATH"].map { ":" + $0 } ?? ""
    environment["PARLEY_KERNEL_PATH"] = examples + path
    return try await ConformanceSuite(environment: environment)
  }

  /// Whether a kernel can be examined. One that must be and cannot is a failure, any other is said to be skipped.
  static func has(_ kernel: String, in suite: ConformanceSuite) -> Bool {
    if suite.kernels.contains(kernel) { return true }
    let obstacle = suite.candidates.first { $0.name == kernel }?.obstacle ?? "it is not found"
    if isRequired(kernel) {
      Issue.record("the \(kernel) kernel is required and cannot be examined: \(obstacle)")
    } else {
      print("skipped: the \(kernel) kernel, because \(obstacle)")
    }
    return false
  }

  /// `PARLEY_REQUIRE_KERNELS` is `all`, which means those that come with Parley, or a list of names.
  private static func isRequired(_ kernel: String) -> Bool {
    if required == ["all"] {
      return !FileManager.default.fileExists(atPath: "\(examples)/\(kernel)/kernel.json")
    }
    return required.contains(kernel)
  }

  /// What `PARLEY_REQUIRE_KERNELS` lists.
  static let required = (ProcessInfo.processInfo.environment["PARLEY_REQUIRE_KERNELS"] ?? "")
    .split(separator: ",").map(String.init)

  private static let examples = SuiteFixture.shipped + "/../examples/kernels"
}

import Foundation
import Testing

@Suite("What the tests need")
struct KernelRequirementTests {
  @Test("every kernel that is required is installed")
  func required() {
    let required = ProcessInfo.processInfo.environment["PARLEY_REQUIRE_KERNELS"] ?? ""
    let names =
      required == "all"
      ? Language.allCases.map(\.rawValue) : required.split(separator: ",").map(String.init)
    for language in Language.allCases where !language.isInstalled {
      #expect(!names.contains(language.rawValue), "\(language.interpreter) is not installed")
      if !names.contains(language.rawValue) {
        print(
          "skipped: the \(language.rawValue) kernel, because \(language.interpreter) is not installed"
        )
      }
    }
  }
}

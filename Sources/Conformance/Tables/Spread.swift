/// Over which kernels the cases of a table are run.
enum Spread: String, Sendable {
  /// Once for each kernel, all plugins in it.
  case each
  /// Once for each ordered pair of kernels, a kernel with itself included.
  case pairs
  /// Once for each kernel, with the others after it in a circle.
  case circle

  /// The rounds that examine a kernel, given all that are there: for each, the kernels of the slots, which repeat when
  /// there are more slots than kernels.
  func rounds(examining kernel: String, among all: [String]) -> [[String]] {
    switch self {
    case .each: [[kernel]]
    case .pairs: all.map { [kernel, $0] } + all.filter { $0 != kernel }.map { [$0, kernel] }
    case .circle: [circle(from: kernel, all)]
    }
  }

  private func circle(from kernel: String, _ all: [String]) -> [String] {
    guard let start = all.firstIndex(of: kernel) else { return [kernel] }
    return Array(all[start...] + all[..<start])
  }
}

/// Why nothing could be measured.
enum BenchmarkError: Error, CustomStringConvertible {
  /// A system call failed, or the other end of the floor has gone.
  case system(doing: String, reason: String)
  /// A plugin of the benchmark did not start, or did not do what it is there for.
  case plugin(String)
  /// No kernel would start.
  case noKernel

  var description: String {
    switch self {
    case .system(let doing, let reason): "Could not \(doing): \(reason)."
    case .plugin(let what): what
    case .noKernel: "No kernel would start: `parley doctor` tells what is missing."
    }
  }
}

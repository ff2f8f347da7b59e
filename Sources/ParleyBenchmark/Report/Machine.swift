import Foundation

/// The machine that a result is from: figures of different machines do not compare, save by their ratios.
enum Machine {
  /// Processor, number of cores, and how busy it was.
  static var description: String {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    var loads = [0.0]
    getloadavg(&loads, 1)
    return "\(processor), \(cores) cores, load \(String(format: "%.1f", loads[0])) at the end"
  }

  private static var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    return name ?? "unknown processor"
  }
}

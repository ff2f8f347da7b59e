/// A version such as 3.11.2, compared number by number.
struct DottedVersion: Comparable, CustomStringConvertible {
  let numbers: [Int]

  var description: String { numbers.map(String.init).joined(separator: ".") }

  /// The first version in `text` that has at least one dot: "Python 3.11.2", "v20.1.0", "ruby
  /// 3.1.2p20", "This is perl 5, version 36, subversion 0 (v5.36.0)". A text without one may be a
  /// single number. `nil` when there is none.
  init?(in text: String) {
    let candidates = text.split { !($0.isASCII && $0.isNumber) && $0 != "." }
      .map { $0.split(separator: ".").compactMap { Int($0) } }.filter { !$0.isEmpty }
    guard let numbers = candidates.first(where: { $0.count > 1 }) ?? candidates.first else {
      return nil
    }
    self.numbers = numbers
  }

  /// Missing numbers count as 0: 3.9 is 3.9.0.
  static func < (first: DottedVersion, second: DottedVersion) -> Bool {
    let count = max(first.numbers.count, second.numbers.count)
    return first.padded(to: count).lexicographicallyPrecedes(second.padded(to: count))
  }

  static func == (first: DottedVersion, second: DottedVersion) -> Bool {
    !(first < second) && !(second < first)
  }

  private func padded(to count: Int) -> [Int] {
    numbers + Array(repeating: 0, count: count - numbers.count)
  }
}

/// A fenced block of a page: "```python plugins/stock/main.py" is a file in Python, "```console" what a terminal shows.
struct DocumentationBlock: Equatable, Sendable {
  let language: String
  /// The file that the block is, relative to the folder in which the page's commands run; nil for one that is only read.
  let file: String?
  let lines: [String]

  /// All blocks of a page, in order.
  static func all(in text: String) -> [DocumentationBlock] {
    var blocks: [DocumentationBlock] = []
    var opening: [String]?
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("```") else {
        lines.append(String(line))
        continue
      }
      if let words = opening {
        blocks.append(DocumentationBlock(words, lines))
        opening = nil
      } else {
        opening = line.dropFirst(3).split(separator: " ", maxSplits: 1).map(String.init)
      }
      lines = []
    }
    return blocks
  }

  private init(_ words: [String], _ lines: [String]) {
    language = words.first ?? ""
    file = words.count > 1 ? words[1] : nil
    self.lines = lines
  }
}

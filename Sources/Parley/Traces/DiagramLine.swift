/// One line of a diagram: lifelines, over which arrows and labels are written.
struct DiagramLine {
  private var characters: [Character] = []

  /// A line with a lifeline at each column.
  init(columns: [Int]) {
    for column in columns { put("│", at: column) }
  }

  /// Puts a character at a column.
  mutating func put(_ character: Character, at column: Int) {
    while characters.count <= column { characters.append(" ") }
    characters[column] = character
  }

  /// Writes a text from a column on.
  mutating func write(_ text: String, at column: Int) {
    for (offset, character) in text.enumerated() { put(character, at: column + offset) }
  }

  var text: String { String(characters) }
}

extension String {
  /// Without spaces at the end.
  var trimmedAtEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

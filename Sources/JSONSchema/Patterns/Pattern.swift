/// A compiled regular expression that matches in time linear in the text, whatever its author
/// wrote: schemas come from plugins.
///
/// A class, so that using one counts one reference and not one for each of its tables.
final class Pattern: Sendable {
  let source: String
  private let stepper: PatternStepper
  /// nil when the table would be too large.
  private let table: PatternTable?

  init(_ source: String) throws(PatternError) {
    self.source = source
    stepper = PatternStepper(try PatternProgram(try PatternParser.parse(source)))
    table = PatternTable(stepper)
  }

  /// What matching a text of that length costs at most, in steps.
  func cost(ofLength length: Int) -> Int {
    table == nil ? length &* stepper.program.steps.count : length
  }

  /// Whether it matches anywhere in the text, which is valid UTF-8.
  func matches(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let table else { return matchesByThreads(text) }
    return table.matches(text, stepper.classes)
  }

  func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
  }

  private func matchesByThreads(_ text: UnsafeRawBufferPointer) -> Bool {
    var threads = PatternThreads()
    var offset = 0
    while offset < text.count {
      let next = stepper.threads(after: threads, stepper.classes.next(in: text, &offset))
      guard let next else { return true }
      threads = next
    }
    return stepper.matchesAtEnd(threads)
  }
}

/// A regular expression as it is written.
indirect enum PatternSyntax: Equatable {
  enum Assertion: UInt8 {
    case start, end, wordBoundary, noWordBoundary
  }

  case empty
  case set(ScalarSet)
  case assertion(Assertion)
  case sequence([PatternSyntax])
  case alternatives([PatternSyntax])
  /// `maximum` nil is without end. Greedy or lazy makes no difference to whether there is a match.
  case repetition(PatternSyntax, minimum: Int, maximum: Int?)
}

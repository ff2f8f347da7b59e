import Synchronization

/// The Unicode properties that `\p{…}` knows: general categories and the binary properties that
/// Swift's library has. Scripts are not among them.
enum UnicodeProperty {
  typealias Category = Unicode.GeneralCategory

  /// A set is worked out once, at the first regular expression that names it.
  private static let known = Mutex<[String: ScalarSet]>([:])

  static func set(named name: String) -> ScalarSet? {
    if let set = known.withLock({ $0[name] }) { return set }
    guard let set = find(name) else { return nil }
    known.withLock { $0[name] = set }
    return set
  }

  private static func find(_ name: String) -> ScalarSet? {
    var name = name
    for prefix in ["General_Category=", "gc="] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
    }
    if name == "Any" { return ScalarSet([0...ScalarSet.largest]) }
    if name == "ASCII" { return ScalarSet([0...0x7F]) }
    if let categories = categories(name) {
      return ScalarSet { categories.contains($0.generalCategory) }
    }
    return binary(name).map { ScalarSet(where: $0) }
  }

  private static func categories(_ name: String) -> [Category]? {
    for row in table where row.0 == name || row.1.contains(name) { return row.2 }
    return nil
  }

  private static func binary(_ name: String) -> ((Unicode.Scalar.Properties) -> Bool)? {
    switch name {
    case "Alphabetic", "Alpha": { $0.isAlphabetic }
    case "Lowercase", "Lower": { $0.isLowercase }
    case "Uppercase", "Upper": { $0.isUppercase }
    case "White_Space", "space": { $0.isWhitespace }
    case "ID_Start", "IDS": { $0.isIDStart }
    case "ID_Continue", "IDC": { $0.isIDContinue }
    case "XID_Start", "XIDS": { $0.isXIDStart }
    case "XID_Continue", "XIDC": { $0.isXIDContinue }
    case "Emoji": { $0.isEmoji }
    case "Emoji_Presentation", "EPres": { $0.isEmojiPresentation }
    case "Math": { $0.isMath }
    case "Dash": { $0.isDash }
    case "Hex_Digit", "Hex": { $0.isHexDigit }
    case "ASCII_Hex_Digit", "AHex": { $0.isASCIIHexDigit }
    case "Ideographic", "Ideo": { $0.isIdeographic }
    case "Noncharacter_Code_Point", "NChar": { $0.isNoncharacterCodePoint }
    default: nil
    }
  }

  /// Short name, other names, what it covers (Unicode's PropertyValueAliases.txt).
  private static let table: [(String, [String], [Category])] = [
    ("Lu", ["Uppercase_Letter"], [.uppercaseLetter]),
    ("Ll", ["Lowercase_Letter"], [.lowercaseLetter]),
    ("Lt", ["Titlecase_Letter"], [.titlecaseLetter]),
    ("LC", ["Cased_Letter"], [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]),
    ("Lm", ["Modifier_Letter"], [.modifierLetter]),
    ("Lo", ["Other_Letter"], [.otherLetter]),
    (
      "L", ["Letter"],
      [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter]
    ),
    ("Mn", ["Nonspacing_Mark"], [.nonspacingMark]),
    ("Mc", ["Spacing_Mark"], [.spacingMark]),
    ("Me", ["Enclosing_Mark"], [.enclosingMark]),
    ("M", ["Mark", "Combining_Mark"], [.nonspacingMark, .spacingMark, .enclosingMark]),
    ("Nd", ["Decimal_Number", "digit"], [.decimalNumber]),
    ("Nl", ["Letter_Number"], [.letterNumber]),
    ("No", ["Other_Number"], [.otherNumber]),
    ("N", ["Number"], [.decimalNumber, .letterNumber, .otherNumber]),
    ("Pc", ["Connector_Punctuation"], [.connectorPunctuation]),
    ("Pd", ["Dash_Punctuation"], [.dashPunctuation]),
    ("Ps", ["Open_Punctuation"], [.openPunctuation]),
    ("Pe", ["Close_Punctuation"], [.closePunctuation]),
    ("Pi", ["Initial_Punctuation"], [.initialPunctuation]),
    ("Pf", ["Final_Punctuation"], [.finalPunctuation]),
    ("Po", ["Other_Punctuation"], [.otherPunctuation]),
    (
      "P", ["Punctuation", "punct"],
      [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
        .initialPunctuation, .finalPunctuation, .otherPunctuation,
      ]
    ),
    ("Sm", ["Math_Symbol"], [.mathSymbol]),
    ("Sc", ["Currency_Symbol"], [.currencySymbol]),
    ("Sk", ["Modifier_Symbol"], [.modifierSymbol]),
    ("So", ["Other_Symbol"], [.otherSymbol]),
    ("S", ["Symbol"], [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]),
    ("Zs", ["Space_Separator"], [.spaceSeparator]),
    ("Zl", ["Line_Separator"], [.lineSeparator]),
    ("Zp", ["Paragraph_Separator"], [.paragraphSeparator]),
    ("Z", ["Separator"], [.spaceSeparator, .lineSeparator, .paragraphSeparator]),
    ("Cc", ["Control", "cntrl"], [.control]),
    ("Cf", ["Format"], [.format]),
    ("Co", ["Private_Use"], [.privateUse]),
    ("Cn", ["Unassigned"], [.unassigned]),
    ("C", ["Other"], [.control, .format, .surrogate, .privateUse, .unassigned]),
  ]
}

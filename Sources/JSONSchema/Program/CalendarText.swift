/// A text in the shape of RFC 3339's date, time or both: whether there is such a day and second.
struct CalendarText {
  private let text: UnsafeRawBufferPointer

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  var isReal: Bool {
    let hasDate = text.count >= 10 && text[4] == UInt8(ascii: "-")
    if hasDate, !isRealDay { return false }
    let clock = hasDate ? 11 : 0
    return text.count <= clock || isRealSecond(from: clock)
  }

  private var isRealDay: Bool {
    let year = number(at: 0) * 100 + number(at: 2)
    let month = number(at: 5)
    let day = number(at: 8)
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(month) && day >= 1 && day <= lengths[month - 1]
  }

  /// A leap second is the last of a day in UTC.
  private func isRealSecond(from start: Int) -> Bool {
    guard number(at: start + 6) == 60 else { return true }
    var minutes = number(at: start) * 60 + number(at: start + 3)
    if text[text.count - 1] | 0x20 != UInt8(ascii: "z") {
      let zone = number(at: text.count - 5) * 60 + number(at: text.count - 2)
      minutes += text[text.count - 6] == UInt8(ascii: "-") ? zone : -zone
    }
    return (minutes + 1440) % 1440 == 1439
  }

  /// Two digits.
  private func number(at offset: Int) -> Int {
    Int(text[offset]) * 10 + Int(text[offset + 1]) - 11 * Int(UInt8(ascii: "0"))
  }
}

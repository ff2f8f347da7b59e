import KernelProtocol
import Testing

@Suite("ReplayWindow")
struct ReplayWindowTests {
  @Test("an id is accepted once")
  func once() {
    var window = ReplayWindow()
    let results = [window.insert("a"), window.insert("b"), window.insert("a"), window.insert("b")]
    #expect(results == [true, true, false, false])
  }

  @Test("the window remembers at least the last 1,024 ids and stays bounded")
  func bounds() {
    var window = ReplayWindow()
    for number in 0..<5000 {
      let isNew = window.insert("m-\(number)")
      #expect(isNew)
    }
    #expect(window.count == 1024)
    let remembered = (5000 - 1024..<5000).filter { !window.insert("m-\($0)") }
    #expect(remembered.count == 1024)
    let oldestIsForgotten = window.insert("m-3975")
    #expect(oldestIsForgotten)
  }

  @Test("a repeated id does not push others out", arguments: [1, 2, 3])
  func repeats(capacity: Int) {
    var window = ReplayWindow(capacity: capacity)
    for number in 0..<capacity { _ = window.insert("m-\(number)") }
    for _ in 0..<10 { _ = window.insert("m-0") }
    let repeated = (0..<capacity).map { window.insert("m-\($0)") }
    #expect(repeated.allSatisfy { !$0 })
  }
}

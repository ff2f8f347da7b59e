import Testing

@testable import Broker

@Suite("A window of credit")
struct CreditWindowTests {
  @Test("is spent item by item, and then there is no more")
  func spent() {
    var window = CreditWindow(initial: 2)
    let result1 = window.spend()
    #expect(result1)
    let result2 = window.spend()
    #expect(result2)
    #expect(window.isExhausted)
    let result3 = window.spend()
    #expect(!result3)
    let result4 = window.grant(1)
    #expect(result4 == 1)
    let result5 = window.spend()
    #expect(result5)
  }

  @Test("takes no nonsense from a consumer", arguments: [0, -5, Int.min])
  func nonsense(_ count: Int) {
    var window = CreditWindow(initial: count)
    #expect(window.remaining == 1)
    let result6 = window.grant(count)
    #expect(result6 == 0)
  }

  @Test("never grows past its maximum")
  func maximum() {
    var window = CreditWindow(initial: Int.max)
    #expect(window.remaining == CreditWindow.maximum)
    let result7 = window.grant(Int.max)
    #expect(result7 == 0)
  }
}

import KernelProtocol
import Testing

@Suite("NearestNames")
struct NearestNamesTests {
  static let names = [
    "pricing.quote", "pricing.list", "tax.rate", "stats.summary", "cart:updated", "cart:cleared",
    "stock.reserve",
  ]

  @Test(
    "a slip finds the name that was meant first",
    arguments: [
      ("pricing.qoute", "pricing.quote"), ("pricng.quote", "pricing.quote"),
      ("prices.quote", "pricing.quote"), ("quote", "pricing.quote"), ("Tax.rate", "tax.rate"),
      ("tax.rates", "tax.rate"), ("stats.sumary", "stats.summary"), ("cart:update", "cart:updated"),
      ("cart:udpated", "cart:updated"), ("cart.updated", "cart:updated"),
      ("stock.release", "stock.reserve"),
    ])
  func slips(typed: String, meant: String) {
    #expect(NearestNames.best(typed, among: Self.names) == meant)
  }

  @Test("nothing alike gives nothing", arguments: ["zebra.gallop", "x", "", "a:b:c:d"])
  func unlike(typed: String) {
    #expect(NearestNames.find(typed, among: Self.names) == [])
  }

  @Test("at most three, nearest first, in an order that does not change")
  func order() {
    let candidates = ["kernel", "kernels", "kernal", "kernol", "kermel"]
    #expect(
      NearestNames.find("kerne", among: candidates) == ["kermel", "kernal", "kernel"].sorted())
    #expect(NearestNames.find("kernel", among: candidates).count == 3)
  }

  @Test("a name of a hostile length is not compared")
  func longName() {
    let long = String(repeating: "a", count: 1_000_000)
    #expect(NearestNames.find(long, among: [long + "b", "a"]) == [])
  }
}

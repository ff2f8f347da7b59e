/// What the shop sells: `shop.catalogue`, a stream of its items.
struct Catalogue: Sendable {
  struct Request: Codable, Sendable {}

  struct Item: Codable, Sendable {
    var name: String
    var price: Double
  }

  private let items = [
    Item(name: "tea", price: 4), Item(name: "cup", price: 9.5), Item(name: "pot", price: 32),
  ]

  /// The items, one by one; a larger shop reads them from its database as they are asked for.
  var all: AsyncStream<Item> {
    AsyncStream { stream in
      for item in items { stream.yield(item) }
      stream.finish()
    }
  }
}

import Testing

@testable import Broker

@Suite("The wait-for graph")
struct WaitGraphTests {
  private static func node(_ number: UInt64) -> WaitNode {
    .frame(FrameKey(number: number, connection: ConnectionID(1)))
  }

  /// A graph of numbered parties; those that are not named wait for nothing.
  private static func graph(_ waits: [UInt64: (needed: Int, targets: [UInt64])]) -> WaitGraph {
    WaitGraph { node in
      guard let wait = node.key.flatMap({ waits[$0.number] }) else { return .nothing }
      return .some(wait.needed, of: wait.targets.map(Self.node))
    }
  }

  private static func deadlock(
    _ waits: [UInt64: (needed: Int, targets: [UInt64])], from start: UInt64 = 1
  ) -> [UInt64]? {
    graph(waits).deadlock(from: node(start))?.compactMap(\.key?.number)
  }

  @Test("has no deadlock in a chain that ends with one that runs")
  func chain() {
    #expect(Self.deadlock([1: (1, [2]), 2: (1, [3])]) == nil)
  }

  @Test("finds a cycle, and gives the path")
  func cycle() {
    #expect(Self.deadlock([1: (1, [2]), 2: (1, [3]), 3: (1, [1])]) == [1, 2, 3])
  }

  @Test("finds one that waits for a cycle without being in it")
  func tail() {
    #expect(Self.deadlock([1: (1, [2]), 2: (1, [3]), 3: (1, [2])]) == [1, 2, 3])
  }

  @Test("finds one that waits for itself")
  func loop() {
    #expect(Self.deadlock([1: (1, [1])]) == [1])
  }

  @Test("lets an or-wait go on by any one of its targets")
  func anyOf() {
    #expect(Self.deadlock([1: (1, [2, 3]), 2: (1, [1])]) == nil)
    #expect(Self.deadlock([1: (1, [2, 3]), 2: (1, [1]), 3: (1, [1])]) != nil)
  }

  @Test("holds an and-wait up by any one of its targets")
  func allOf() {
    #expect(Self.deadlock([1: (2, [2, 3]), 2: (1, [1])]) != nil)
    #expect(Self.deadlock([1: (2, [2, 3])]) == nil)
  }

  @Test("counts the places that have to come free")
  func someOf() {
    let waits: [UInt64: (needed: Int, targets: [UInt64])] = [1: (2, [2, 3, 4]), 2: (1, [1])]
    #expect(Self.deadlock(waits) == nil)
    #expect(Self.deadlock(waits.merging([3: (1, [1])]) { $1 }) != nil)
  }
}

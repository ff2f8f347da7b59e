import KernelProtocol
import Testing

@testable import Broker

@Suite("A shape")
struct ShaperTests {
  private static func at(_ seconds: Double) -> Instant {
    Instant(nanoseconds: UInt64(seconds * 1e9))
  }

  private static func occurrence(_ number: Int) -> Occurrence {
    Occurrence(
      event: "e:v", id: "\(number)", emit: "\(number)", content: FrameBytes("\(number)"),
      buffers: [], bufferPaths: nil, emitter: "p", hops: 1,
      trace: TraceContext(traceHigh: 1, traceLow: 1, span: 1, parentSpan: nil), number: nil)
  }

  /// Plays numbers that come at times, and then time alone; what is let go, with the time.
  private static func play(
    _ shape: Shape, _ arrivals: [(Double, Int)], keys: [Int: String] = [:]
  ) -> [String] {
    var shaper = Shaper(shape)
    var released: [String] = []
    func note(_ occurrences: [Occurrence], _ time: Double) {
      for occurrence in occurrences { released.append("\(time): \(occurrence.content)") }
    }
    for (time, number) in arrivals {
      while let due = shaper.due, due < at(time) {
        note(shaper.advance(to: due), Double(due.nanoseconds) / 1e9)
      }
      let key = keys[number].map(JSONValue.string)
      note(shaper.add(occurrence(number), key: key, at: at(time)), time)
    }
    while let due = shaper.due { note(shaper.advance(to: due), Double(due.nanoseconds) / 1e9) }
    return released
  }

  @Test("of batches delivers lists: by the window's end, or sooner when it is full")
  func batch() {
    let released = Self.play(
      .batch(window: 1, max: 3), [(0, 1), (0.2, 2), (0.3, 3), (0.4, 4), (5, 5)])
    #expect(
      released == [#"0.3: {"items":[1,2,3]}"#, #"1.4: {"items":[4]}"#, #"6.0: {"items":[5]}"#])
  }

  @Test("of batches is no debounce: a steady flow does not put the window off")
  func batchIsNoDebounce() {
    let arrivals = (0..<30).map { (Double($0) * 0.1, $0) }
    let released = Self.play(.batch(window: 1, max: nil), arrivals)
    #expect(released.count == 3)
  }

  @Test("that debounces delivers the last after a pause, and at the latest after its limit")
  func debounce() {
    #expect(
      Self.play(.debounce(wait: 1, maxWait: nil), [(0, 1), (0.5, 2), (4, 3)]) == [
        "1.5: 2", "5.0: 3",
      ])
    let steady = (0..<40).map { (Double($0) * 0.5, $0) }
    let limited = Self.play(.debounce(wait: 1, maxWait: 5), steady)
    #expect(limited.count >= 4)
    #expect(Self.play(.debounce(wait: 1, maxWait: nil), steady).count == 1)
  }

  @Test("that throttles delivers the first at once, then the last of each interval")
  func throttle() {
    let released = Self.play(
      .throttle(interval: 1), [(0, 1), (0.2, 2), (0.4, 3), (1.5, 4), (9, 5)])
    #expect(released == ["0.0: 1", "1.0: 3", "2.0: 4", "9.0: 5"])
  }

  @Test("of the latest keeps one for each key, in the order of their last change")
  func latest() {
    let released = Self.play(
      .latest(key: JSONPointer(["id"]), interval: 1),
      [(0, 1), (0.1, 2), (0.2, 3), (0.3, 4)], keys: [1: "a", 2: "a", 3: "b", 4: "a"])
    #expect(released == ["0.0: 1", "1.0: 3", "1.0: 4"])
  }

  @Test("takes what comes while it is emptied into its next window")
  func nextWindow() {
    var shaper = Shaper(.batch(window: 1, max: 2))
    _ = shaper.add(Self.occurrence(1), key: nil, at: Self.at(0))
    let first = shaper.add(Self.occurrence(2), key: nil, at: Self.at(0))
    #expect(first.map(\.content.description) == [#"{"items":[1,2]}"#])
    _ = shaper.add(Self.occurrence(3), key: nil, at: Self.at(0))
    #expect(shaper.due == Self.at(1))
    #expect(shaper.flush(at: Self.at(0.5)).map(\.content.description) == [#"{"items":[3]}"#])
    #expect(shaper.due == nil)
  }
}

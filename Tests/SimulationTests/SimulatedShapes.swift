import KernelProtocol

@testable import Broker

/// The events of a simulation that come in another rhythm, by the numbers in their payloads: where each is to arrive, and in
/// which delivery it did.
///
/// A place is a subscription with a shape, or an event whose manifest has one.
struct SimulatedShapes {
  /// One event.
  struct Item {
    let event: String
    let key: String
    /// The places that it was on its way to when it was emitted.
    var places: Set<String> = []
    /// Whether its emit was answered ok.
    var isAccepted = false
  }

  /// The shapes by the plugins whose subscriptions have them, and by the events that have one.
  private(set) var shapes: [String: Shape] = [:]
  private(set) var items: [Int: Item] = [:]
  /// The numbers of the emits that are not answered, by their msg_ids.
  private var asked: [String: Int] = [:]
  /// What each place got, delivery by delivery.
  private(set) var deliveries: [String: [[Int]]] = [:]
  private(set) var problems: [String] = []

  /// How many events were delivered together with others.
  var batched: Int {
    deliveries.values.joined().filter { $0.count > 1 }.reduce(0) { $0 + $1.count }
  }

  /// How many were replaced by others before they were delivered.
  var replaced: Int {
    let delivered = deliveries.mapValues { Set($0.joined()) }
    return items.reduce(0) { sum, item in
      sum + item.value.places.count { delivered[$0]?.contains(item.key) != true }
    }
  }

  mutating func choose(_ shape: Shape, for place: String) { shapes[place] = shape }

  /// A number for a new event, which is emitted by a request.
  mutating func make(_ event: String, key: String) -> Int {
    items[items.count + 1] = Item(event: event, key: key)
    return items.count
  }

  mutating func asked(_ number: Int, by request: String) { asked[request] = number }

  /// The broker is about to get an emit.
  mutating func reaches(_ request: String, _ places: [String]) {
    if let number = asked[request] { items[number]?.places = Set(places) }
  }

  mutating func answered(_ request: String, isOK: Bool) {
    guard let number = asked.removeValue(forKey: request) else { return }
    items[number]?.isAccepted = isOK
  }

  /// A kernel is dead, and the next one uses its msg_ids again.
  mutating func forget(_ requests: Set<String>) {
    for request in requests { asked[request] = nil }
  }

  /// A delivery has come to a place.
  mutating func arrived(_ content: FrameBytes, isBatch: Bool, at place: String) {
    let value = try? JSONParser().parse(content)
    let payloads = isBatch ? value?["items"]?.arrayValue : value.map { [$0] }
    let numbers = payloads?.compactMap { $0["news"]?.intValue } ?? []
    if numbers.isEmpty { problems.append("an empty delivery came to \(place)") }
    if case .batch(_, let max?) = shapes[place], numbers.count > max {
      problems.append("\(numbers.count) came to \(place) at once, and \(max) is the limit")
    }
    for number in numbers { note(number, at: place) }
    deliveries[place, default: []].append(numbers)
  }

  /// Each comes once, and those of one event (with `latest`, of one key) in the order of their emits.
  private mutating func note(_ number: Int, at place: String) {
    guard let item = items[number] else { return problems.append("nobody has emitted \(number)") }
    let later = deliveries[place]?.joined().first {
      $0 >= number && items[$0].map { stands(for: item, $0, at: place) } == true
    }
    if let later { problems.append("\(number) came to \(place) after \(later)") }
  }

  /// Whether one event is of the same row as another, where it may take its place.
  private func stands(for item: Item, _ other: Item, at place: String) -> Bool {
    guard other.event == item.event else { return false }
    if case .latest = shapes[place] { return other.key == item.key }
    return true
  }

  /// Those that have neither arrived nor were replaced by a later one that did.
  ///
  /// - Parameter isMeant: the places where that is promised.
  func lost(where isMeant: (String) -> Bool) -> [String] {
    let delivered = deliveries.mapValues { Set($0.joined()) }
    return items.filter(\.value.isAccepted).sorted { $0.key < $1.key }.flatMap { number, item in
      item.places.filter(isMeant).sorted().compactMap { place in
        let arrived = delivered[place] ?? []
        if arrived.contains(number) { return nil }
        if case .batch = shapes[place] { return "\(number) is lost for \(place)" }
        let isReplaced = arrived.contains { other in
          other > number && items[other].map { stands(for: item, $0, at: place) } == true
        }
        return isReplaced ? nil : "\(number) is lost for \(place), and nothing took its place"
      }
    }
  }
}

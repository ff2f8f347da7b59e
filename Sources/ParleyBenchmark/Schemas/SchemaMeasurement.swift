import Foundation
import JSONSchema
import KernelProtocol

/// Validations in a second of the processor's time, beside those of other languages' libraries.
struct SchemaMeasurement {
  private let seconds: Double
  private let schema: Schema
  private let payload: FrameBytes
  private let folder: URL

  init(seconds: Double) throws {
    self.seconds = seconds
    schema = try Schema(JSONParser().parse(OrderSample.schema))
    payload = FrameBytes(OrderSample.payload)
    folder = FileManager.default.temporaryDirectory
      .appending(path: "parley-benchmark-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(OrderSample.schema.utf8).write(to: folder.appending(path: "schema.json"))
    try Data(OrderSample.payload.utf8).write(to: folder.appending(path: "payload.json"))
  }

  /// Measures all once in each round.
  ///
  /// - Returns: also the peers that do not run here, and what would mend it.
  func rows(rounds: Int) throws -> (rows: [Row], missing: [(name: String, reason: String)]) {
    defer { try? FileManager.default.removeItem(at: folder) }
    var own: [Double] = []
    var peers = SchemaPeer.all.map { (peer: $0, rates: [SchemaPeer.Rates]()) }
    for _ in 0..<rounds {
      own.append(try rate())
      for index in peers.indices {
        guard let rates = try measure(peers[index].peer) else { continue }
        peers[index].rates.append(rates)
      }
    }
    let missing = peers.filter { $0.rates.isEmpty }.map {
      ($0.peer.name, "\($0.peer.package) is missing")
    }
    let rate = Samples(own).median
    let ownRow = Row(
      what: "schema: validations of \(payload.count) bytes", subject: "", value: rate,
      unit: .perSecond, note: "Parley, from bytes")
    let others = peers.filter { !$0.rates.isEmpty }.flatMap { rows(of: $0.peer, $0.rates, rate) }
    return ([ownRow] + others, missing)
  }

  private func rows(of peer: SchemaPeer, _ rates: [SchemaPeer.Rates], _ own: Double) -> [Row] {
    let fromBytes = Samples(rates.map(\.fromBytes)).median
    let ofValue = Samples(rates.map(\.ofValue)).median
    return [
      Row(
        what: "schema: the same by \(peer.name)", subject: "", value: fromBytes, unit: .perSecond,
        note: "from bytes"),
      Row(
        what: "schema: the same by \(peer.name)", subject: "", value: ofValue, unit: .perSecond,
        note:
          "of a value already read: Parley from bytes is \(Unit.factor.text(own / ofValue)) × as quick"
      ),
      Row(
        what: "schema: Parley against \(peer.name)", subject: "", value: own / fromBytes,
        unit: .factor, target: .atLeast(peer.target), note: "both from bytes"),
    ]
  }

  private func measure(_ peer: SchemaPeer) throws -> SchemaPeer.Rates? {
    try peer.measure(
      schema: folder.appending(path: "schema.json").path(),
      payload: folder.appending(path: "payload.json").path(), seconds: seconds)
  }

  private func rate() throws -> Double {
    var workspace = SchemaWorkspace()
    guard schema.accepts(payload, using: &workspace), !schema.accepts("{}", using: &workspace)
    else { throw BenchmarkError.plugin("The schema of the benchmark does not judge as it should.") }
    let start = ProcessorClock.thread()
    var taken: UInt64 = 0
    var count = 0
    while Double(taken) < seconds * 1e9 {
      for _ in 0..<500 { _ = schema.accepts(payload, using: &workspace) }
      count += 500
      taken = ProcessorClock.thread() - start
    }
    return Double(count) * 1e9 / Double(taken)
  }
}

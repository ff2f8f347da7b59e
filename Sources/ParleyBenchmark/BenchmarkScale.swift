/// How much is measured. Each round measures everything once, so that a machine whose speed drifts changes a figure and its
/// floor alike.
struct BenchmarkScale {
  /// How often everything is measured.
  let rounds: Int
  /// Calls one after the other, in each round and kernel.
  let calls: Int
  /// Samples of kernel → kernel calls, each the mean of ``relayed`` calls.
  let relays: Int
  /// Calls that one handler makes to another kernel for one sample.
  let relayed = 8
  /// Chains of nested calls, for each depth.
  let chains: Int
  /// Calls with ``inFlight`` of them open, in each round and kernel.
  let burst: Int
  /// How many calls are open at a time in a burst.
  let inFlight = 64
  /// Events to many subscribed kernels, in each round.
  let events: Int
  /// Items of a stream, for each kernel as its producer and as its consumer.
  let items: Int
  /// Starts of each kernel.
  let starts: Int
  /// Calls routed by the broker alone.
  let routed: Int
  /// Durable events that are stored and served, in each round.
  let durable: Int
  /// Seconds of validating against a schema, in each round and for each library.
  let validation: Double
  /// Calls before anything is measured, in each kernel: interpreters that compile have compiled by then.
  let warmUp: Int

  /// What `make bench` runs.
  static let full = BenchmarkScale(
    rounds: 6, calls: 500, relays: 60, chains: 20, burst: 10_000, events: 60, items: 1_000_000,
    starts: 6, routed: 400_000, durable: 2_000, validation: 0.5, warmUp: 3_000)

  /// A first look, in less than half a minute.
  static let quick = BenchmarkScale(
    rounds: 3, calls: 200, relays: 20, chains: 6, burst: 3_000, events: 12, items: 50_000,
    starts: 2, routed: 100_000, durable: 500, validation: 0.2, warmUp: 1_000)

  /// The depths of nested calls that are measured.
  static let depths = [1, 2, 4, 8, 16, 24, 32]
}

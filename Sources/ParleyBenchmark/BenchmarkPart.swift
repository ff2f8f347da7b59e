import ArgumentParser

/// What can be measured by itself.
enum BenchmarkPart: String, CaseIterable, ExpressibleByArgument {
  /// The broker alone, in memory.
  case broker
  /// Queued events in memory, and durable ones on the disk.
  case events
  /// Validating against a JSON Schema, beside other languages' libraries.
  case schemas
  /// One event to many kernels that subscribe to it.
  case broadcasts
  /// Calls to and between kernels, and what they hold in memory.
  case calls
  /// What recording traces adds to calls.
  case traces
  /// Streams of many items, and whether memory stays flat meanwhile.
  case streams
  /// From launch to first reply.
  case starts
}

import Glibc
import KernelManagement
import KernelProtocol
import Parley
import ZeroMQ

/// Streams of many items: how many a second, and whether what they take in memory depends on how many there are.
struct StreamMeasurement {
  let bench: Workbench
  /// How many items a stream has.
  let items: Int

  /// The kernel as producer, read by this process, and as consumer of another kernel's stream.
  func rows(of kernel: BenchedKernel, from producer: BenchedKernel) async throws -> [Row] {
    let produced = try await produce(kernel)
    _ = try await drain(items / 10, kernel, producer)
    let before = try await memory(of: kernel)
    let rate = try await drain(items, kernel, producer)
    return produced + [
      Row(
        what: "items of a stream, read by a kernel", subject: kernel.name, value: rate,
        unit: .perSecond),
      growth(
        "memory of a reader, from a tenth on", kernel, from: before,
        to: try await memory(of: kernel)),
    ]
  }

  /// Has a kernel read another's stream to its end.
  ///
  /// - Returns: items a second.
  private func drain(
    _ count: Int, _ kernel: BenchedKernel, _ producer: BenchedKernel
  ) async throws -> Double {
    let start = MonotonicClock.now()
    let reply = try await bench.client.call(
      "\(kernel.serial).drain",
      ["method": .string("\(producer.serial).numbers"), "count": JSONValue(count)],
      timeout: 3_600)
    guard reply.value.intValue == count else {
      throw BenchmarkError.plugin("\(kernel.serial).drain has read \(reply.value) of \(count).")
    }
    return Double(count) / seconds(since: start)
  }

  /// Reads a stream here; memory is looked at after a tenth of the items, and at the end.
  private func produce(_ kernel: BenchedKernel) async throws -> [Row] {
    let start = MonotonicClock.now()
    var (count, early, own) = (0, 0, 0)
    let stream = try await bench.client.stream(
      "\(kernel.serial).numbers", ["count": JSONValue(items)], timeout: 60)
    for try await _ in stream {
      count += 1
      guard count == items / 10 else { continue }
      early = try await memory(of: kernel)
      own = ResidentMemory.bytes(getpid()) ?? 0
    }
    guard count == items else {
      throw BenchmarkError.plugin("\(kernel.serial).numbers has yielded \(count) of \(items).")
    }
    let rate = Double(count) / seconds(since: start)
    return [
      Row(what: "items of a stream", subject: kernel.name, value: rate, unit: .perSecond),
      growth(
        "memory of a producer, from a tenth on", kernel, from: early,
        to: try await memory(of: kernel)),
      growth("memory here meanwhile", kernel, from: own, to: ResidentMemory.bytes(getpid()) ?? 0),
    ]
  }

  private func growth(_ what: String, _ kernel: BenchedKernel, from: Int, to: Int) -> Row {
    Row(
      what: what, subject: kernel.name, value: Double(to - from) / 1e6, unit: .megabytes,
      target: .atMost(Self.allowance, .value), note: "more than before")
  }

  private func seconds(since start: UInt64) -> Double {
    Double(MonotonicClock.now() - start) / 1e9
  }

  private func memory(of kernel: BenchedKernel) async throws -> Int {
    let plugin = try await bench.plugins().first { $0["plugin"]?.stringValue == kernel.serial }
    return plugin?["memory"]?.intValue ?? 0
  }

  /// Megabytes by which an allocator may wander; a leak of a byte and a half an item is more.
  private static let allowance = 1.5
}

import BenchmarkFloor
import Glibc

/// One message to many processes in C: see `BenchmarkFloor.h`. For use by one task at a time.
final class BroadcastFloor {
  private let publisher: OpaquePointer
  private let subscribers: ChildProcess
  private let pipe: ArrivalPipe
  private let count: Int
  private let sizes = BroadcastMessage.frameSizes

  /// The hidden option that makes this program the subscribers.
  static let subscribersOption = "--floor-subscribers"

  /// Starts the subscribers, which are this program again.
  ///
  /// - Parameters:
  ///   - folder: where the sockets and the pipe may lie.
  ///   - count: how many of them.
  init(in folder: String, subscribers count: Int) throws(BenchmarkError) {
    self.count = count
    let (events, requests) = ("ipc://\(folder)/floor-events", "ipc://\(folder)/floor-requests")
    pipe = try ArrivalPipe(path: folder + "/floor-arrivals")
    subscribers = try ChildProcess([
      "/proc/self/exe", Self.subscribersOption, events, requests, pipe.path, "\(count)",
    ])
    guard let publisher = floor_publisher_open(events, requests, count) else {
      let reason = String(cString: strerror(errno))
      subscribers.kill()
      throw .system(doing: "reach the floor's \(count) subscribers", reason: reason)
    }
    self.publisher = publisher
  }

  deinit {
    floor_publisher_close(publisher)
    subscribers.kill()
  }

  /// Serves as the subscribers, when that is what the arguments ask for; then it does not return.
  static func serve(_ arguments: [String]) {
    guard arguments.count == 6, arguments[1] == subscribersOption else { return }
    let count = Int(arguments[5]) ?? 0
    Glibc.exit(floor_subscribe(arguments[2], arguments[3], arguments[4], count))
  }

  /// From the sending of one message until the last subscriber has had it, in microseconds.
  func publish() async throws -> Double {
    try await publish(FLOOR_NOTE)
  }

  /// From the sending of one message until the last subscriber has been given its turn, in microseconds.
  func publishWithTurns() async throws -> Double {
    try await publish(FLOOR_TURN)
  }

  private func publish(_ task: floor_task) async throws -> Double {
    let start = floor_publish(publisher, sizes, sizes.count, task)
    guard start > 0 else {
      let reason = String(cString: strerror(errno))
      throw BenchmarkError.system(doing: "publish in the floor", reason: reason)
    }
    let last = try await pipe.arrivals(count).map(\.handled).max() ?? start
    return Double(last - start) / 1_000
  }
}

import BenchmarkFloor
import Glibc

/// The round trip in C that everything is compared with: see `BenchmarkFloor.h`. For use by one task at a time.
final class Floor {
  private let caller: OpaquePointer
  private let echo: ChildProcess
  private let sizes = FloorMessage.frameSizes

  /// The hidden option that makes this program the floor's other end.
  static let echoOption = "--floor-echo"

  /// Starts the other end, which is this program again.
  ///
  /// - Parameter folder: where the socket may lie.
  init(in folder: String) throws(BenchmarkError) {
    let endpoint = "ipc://\(folder)/floor"
    echo = try ChildProcess(["/proc/self/exe", Self.echoOption, endpoint])
    guard let caller = floor_open(endpoint) else {
      let reason = String(cString: strerror(errno))
      echo.kill()
      throw .system(doing: "reach the floor's other end", reason: reason)
    }
    self.caller = caller
  }

  deinit {
    floor_close(caller)
    echo.kill()
  }

  /// Round trips one after the other.
  func roundTrips(_ count: Int) throws(BenchmarkError) -> Samples {
    var nanoseconds = [UInt64](repeating: 0, count: count)
    guard floor_call(caller, sizes, sizes.count, count, 1, &nanoseconds) > 0 else { throw gone }
    return Samples(nanoseconds: nanoseconds)
  }

  /// Round trips a second, with so many open at a time.
  func rate(_ count: Int, inFlight: Int) throws(BenchmarkError) -> Double {
    let elapsed = floor_call(caller, sizes, sizes.count, count, inFlight, nil)
    guard elapsed > 0 else { throw gone }
    return Double(count) / (Double(elapsed) / 1e9)
  }

  private var gone: BenchmarkError {
    .system(doing: "measure the floor", reason: String(cString: strerror(errno)))
  }
}

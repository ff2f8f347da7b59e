@testable import KernelManagement

/// Somebody else's process, watched from before it ends: its number cannot be mistaken afterwards.
final class WatchedProcess: Sendable {
  let pid: Int32

  private let descriptor: ProcessDescriptor

  init(_ pid: Int32) throws {
    self.pid = pid
    descriptor = try ProcessDescriptor(pid: pid)
  }

  convenience init(line: String?) throws {
    try self.init(Int32(line ?? "") ?? -1)
  }

  /// Whether it runs at this moment.
  var isRunning: Bool {
    !Readiness.wait(for: descriptor.number, until: .now)
  }

  /// Whether it ends within ten seconds.
  func ends() async throws -> Bool {
    try await TestSupport.isReady(descriptor.number)
  }
}

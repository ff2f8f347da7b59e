/// A process that somebody else started and that has joined: it is watched, never signalled.
public final class AttachedProcess: Sendable {
  public let pid: Int32

  /// Becomes readable when the process ends, pidfd_open(2). How it ended is told to its parent alone.
  public var exitDescriptor: Int32 { descriptor.number }

  private let descriptor: ProcessDescriptor

  /// - Throws: when there is no such process.
  public init(pid: Int32) throws(KernelManagementError) {
    self.pid = pid
    descriptor = try ProcessDescriptor(pid: pid)
  }
}

public import KernelProtocol

/// One operation that the broker wants done on the storage: the result comes back as ``BrokerInput/storageDone(_:_:)``.
public struct StorageTask: Sendable, Equatable {
  /// What is to be done.
  public enum Operation: Sendable, Equatable {
    case get(key: String)
    case set(key: String, value: FrameBytes)
    case delete(key: String)
    case list(prefix: String)
    /// Version 0 stands for a key that is not there.
    case compareAndSet(key: String, value: FrameBytes, version: Int64)
    /// Nothing: what was asked for before is done when this is.
    case barrier
    case putBlob(FrameBytes)
    /// By its name, `sha256:…`.
    case getBlob(name: String)
  }

  /// Names the task.
  public let number: UInt64
  public let tenant: String
  /// Whose keys; nil for those that all plugins of the tenant share.
  public let plugin: String?
  public let operation: Operation
}

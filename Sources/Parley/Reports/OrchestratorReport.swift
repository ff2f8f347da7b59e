public import Broker

/// Something that happened, for those who watch.
public enum OrchestratorReport: Sendable {
  /// What the broker tells.
  case broker(BrokerReport)
  /// A kernel's process was started.
  case launched(source: String, kernel: String, processID: Int32)
  /// A kernel's process has ended; `expected` when it was asked to.
  case exited(source: String, description: String, expected: Bool)
  /// A durable event that a plugin could not handle, and no attempt follows.
  case deadLetter(plugin: String, event: String, attempts: Int)
  /// Bytes that a kernel or its children wrote to descriptor 1 or 2, as whole lines or what there was.
  case rawOutput(source: String, language: String, stream: String, text: String)
  /// A message that was no envelope, wrongly signed, or repeated.
  case refused(source: String, reason: String)
  /// The database cannot be opened: nothing is recorded and storage is unavailable.
  case storeFailed(description: String)
  /// The host's configuration was read again and is in force.
  case configured(ConfigurationChange)
  /// A message that passed; only with ``OrchestratorConfiguration/tracesMessages``.
  case message(TracedMessage)
}

import Foundation

/// What a Parley kernel is told about the orchestrator, in the manner of Jupyter's connection file
/// (jupyter_client, "Connection files"), with two endpoints to connect to in place of five ports
/// to bind.
///
/// A foreign kernel is given other bytes: ``KernelLaunch/connectionFile`` takes any.
public struct ConnectionFile: Sendable, Equatable, Codable {
  /// The version of the kernel protocol, "1.0".
  public var version = "1.0"

  /// The routing id that the kernel's DEALER must use; ASCII.
  public var kernelID: String

  public var transport = "ipc"

  /// The endpoint of the orchestrator's ROUTER.
  public var requests: String

  /// The endpoint of the orchestrator's XPUB.
  public var events: String

  /// The signing key; its UTF-8 bytes are the HMAC key.
  public var key: String

  public var signatureScheme = "hmac-sha256"

  /// The most that all frames of a message may add up to, in bytes.
  public var maximumMessageBytes: Int

  public init(
    kernelID: String, requests: String, events: String, key: String,
    maximumMessageBytes: Int = 16 * 1024 * 1024
  ) {
    self.kernelID = kernelID
    self.requests = requests
    self.events = events
    self.key = key
    self.maximumMessageBytes = maximumMessageBytes
  }

  private enum CodingKeys: String, CodingKey {
    case version = "protocol"
    case kernelID = "kernel_id"
    case transport, requests, events, key
    case signatureScheme = "signature_scheme"
    case maximumMessageBytes = "max_message_bytes"
  }

  /// The file's contents, one JSON object.
  public func bytes() throws(KernelManagementError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return [UInt8](try encoder.encode(self))
    } catch {
      throw KernelManagementError(
        .system, operation: "write the connection file", cause: "\(error)",
        advice: "Check that its fields are text.")
    }
  }
}

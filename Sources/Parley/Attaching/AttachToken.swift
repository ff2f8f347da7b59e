import Foundation
import KernelManagement

/// What lets one process join as a plugin: one opaque line, a secret of its user's.
public struct AttachToken: Sendable {
  /// The variable in which a program finds it.
  public static let variable = "PARLEY_TOKEN"

  /// The line.
  public let text: String
  /// The plugin that the process will be.
  public let plugin: String
  /// How many seconds it can be used for.
  public let expires: Double

  /// A token that holds a connection file, which is not secret from those who can read the token (specs/kernel-protocol.md §12).
  init(_ file: ConnectionFile, plugin: String, expires: Double) throws(KernelManagementError) {
    let encoded = Data(try file.bytes()).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    text = "parley-" + encoded
    self.plugin = plugin
    self.expires = expires
  }

  init(text: String, plugin: String, expires: Double) {
    self.text = text
    self.plugin = plugin
    self.expires = expires
  }
}

import Broker
import KernelManagement
import KernelProtocol
import ZeroMQ

/// A kernel as the orchestrator sees it: how to reach it, what proves its messages, its process and what that writes. For
/// use on the loop alone.
final class KernelPeer {
  let connection: ConnectionID
  /// The plugin that it hosts, if any.
  let plugin: String?
  let kernel: String
  let language: String
  /// The routing id of its DEALER, new for each launch.
  let kernelID: String
  let routingID: [UInt8]
  let key: String
  let signer: Signer
  var replays = ReplayWindow()
  var process: KernelProcess?
  var exitWatch: DescriptorWatch?
  var output: [OutputPipe] = []
  var standardErrorTail = OutputTail()
  /// Whether it was asked to end.
  var isEnding = false

  init(connection: ConnectionID, plugin: String?, kernel: String, language: String) {
    self.connection = connection
    self.plugin = plugin
    self.kernel = kernel
    self.language = language
    var random = SystemRandomNumberGenerator()
    func token() -> String {
      (0..<2).map { _ in String(random.next(), radix: 16) }.joined()
    }
    kernelID = "k-" + token()
    routingID = Array(kernelID.utf8)
    key = token() + token()
    signer = Signer(key: Array(key.utf8))
  }

  /// How it is named in reports: by its plugin, or by the kernel when it hosts none.
  var source: String { plugin ?? kernel }

  var role: ConnectionRole { .kernel(name: kernel, language: language, plugin: plugin) }
}

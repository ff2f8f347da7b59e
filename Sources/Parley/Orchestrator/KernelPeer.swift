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
  /// Of an attached process known once it says hello.
  var language: String
  /// New for each launch.
  let kernelID: String
  /// Its DEALER's: the kernel's id, and something more of its own for an attached process.
  var routingID: [UInt8]
  let key: String
  let signer: Signer
  var replays = ReplayWindow()
  var process: KernelProcess?
  /// The process when Parley did not start it.
  var attached: AttachedProcess?
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

  /// The id of its process, once that is there.
  var processID: Int32? { process?.pid ?? attached?.pid }

  /// How it is named in reports: by its plugin, or by the kernel when it hosts none.
  var source: String { plugin ?? kernel }

  var role: ConnectionRole { .kernel(name: kernel, language: language, plugin: plugin) }
}

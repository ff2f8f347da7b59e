import Broker
import KernelManagement

extension LaunchOverride {
  /// What the host's configuration says of a kernel.
  init(_ kernel: KernelOverride) {
    self.init(interpreter: kernel.interpreter, environment: kernel.environment)
  }
}

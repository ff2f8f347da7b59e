import KernelManagement
import KernelProtocol

extension KernelProtocol.KernelExit {
  /// How a process ended, in the protocol's words.
  init(_ exit: KernelManagement.KernelExit) {
    switch exit {
    case .exited(let code): self = .exited(code: Int(code))
    case .signalled(_, let name): self = .signalled(name)
    }
  }
}

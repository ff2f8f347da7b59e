import KernelManagement

/// A kernel that is measured, with two plugins of the benchmark's in it, `NAME_a` and `NAME_b`.
struct BenchedKernel {
  /// The kernel's name.
  let name: String
  private let arguments: [String]

  init(_ spec: KernelSpec) {
    name = spec.name
    arguments = spec.arguments
  }

  /// Takes many calls at a time.
  var concurrent: String { name + "_a" }

  /// Takes one call at a time, the default.
  var serial: String { name + "_b" }

  /// The command that starts the interpreter as the shim does, and ends at once.
  var bareInterpreter: [String] {
    let options = arguments.prefix { !$0.contains("{") && $0 != "-I" }
    return options + (name == "python" ? ["-c", ""] : ["-e", ""])
  }
}

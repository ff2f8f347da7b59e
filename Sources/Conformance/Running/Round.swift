import KernelManagement

/// The kernels that play in one run of a table: the first is the one that is examined, the others follow by slot.
struct Round: Sendable, Hashable {
  let kernels: [String]

  /// The kernel of a slot; they repeat when there are more slots than kernels.
  func kernel(of slot: Int) -> String { kernels[slot % kernels.count] }

  /// `python`, or `python → lua`.
  var label: String { kernels.joined(separator: " → ") }
}

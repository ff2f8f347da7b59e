import KernelProtocol

extension Signer {
  /// Jupyter's convention for messages that need no proof: an empty key, an empty signature.
  static let unsigned = Signer(key: "")
}

import KernelProtocol

extension BrokerConfiguration {
  /// Puts what the host decides in the place of what it decided before.
  mutating func apply(_ host: HostConfiguration, _ settings: [String: JSONObject]) {
    grants = host.grants
    denials = host.denials
    self.settings = settings
    if let seconds = host.defaultTimeout { defaultTimeout = seconds }
  }
}

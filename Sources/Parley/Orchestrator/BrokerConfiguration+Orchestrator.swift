import Broker

extension BrokerConfiguration {
  /// What the broker has to know of the orchestrator's configuration; the session is new each time.
  init(_ configuration: OrchestratorConfiguration) {
    var random = SystemRandomNumberGenerator()
    self.init(session: "o-" + String(random.next(), radix: 16))
    defaultTimeout = configuration.defaultTimeout
    messageLimit = configuration.messageLimit
    helloTimeout = configuration.helloTimeout
    applicationMailbox = configuration.mailbox
    cancelGrace = configuration.cancelGrace
  }
}

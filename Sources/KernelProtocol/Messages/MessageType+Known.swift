extension MessageType {
  /// The types of specs/kernel-protocol.md.
  public enum Known: String, Sendable, CaseIterable {
    // A kernel's life (§3)
    case hello
    case welcome
    case loadPlugin = "load_plugin"
    case loadPluginReply = "load_plugin_reply"
    case startPlugin = "start_plugin"
    case startPluginReply = "start_plugin_reply"
    case unloadPlugin = "unload_plugin"
    case unloadPluginReply = "unload_plugin_reply"
    case ping
    case pong
    case shutdownRequest = "shutdown_request"
    case shutdownReply = "shutdown_reply"

    // A process that joins by itself (§12)
    case attachRequest = "attach_request"
    case attachReply = "attach_reply"
    case detach

    // Output and reports (§3, §4.2)
    case stream
    case log
    case error
    case progress

    // Calls, streams and locks (§4)
    case provide
    case provideReply = "provide_reply"
    case withdraw
    case withdrawReply = "withdraw_reply"
    case callRequest = "call_request"
    case callReply = "call_reply"
    case cancel
    case yieldItem = "yield_item"
    case credit
    case creditWait = "credit_wait"
    case waitQuery = "wait_query"
    case waiting
    case lockRequest = "lock_request"
    case lockReply = "lock_reply"
    case unlock

    // Events (§5)
    case emit
    case emitReply = "emit_reply"
    case subscribe
    case subscribeReply = "subscribe_reply"
    case subscribed
    case subscriptionUpdate = "subscription_update"
    case unsubscribe
    case unsubscribeReply = "unsubscribe_reply"
    case event
    case eventStart = "event_start"
    case eventGrant = "event_grant"
    case eventReply = "event_reply"
    case eventGap = "event_gap"

    // Services and extension points (§4.4, §4.5)
    case servicesRequest = "services_request"
    case servicesReply = "services_reply"
    case serviceWait = "service_wait"
    case serviceWaitReply = "service_wait_reply"
    case contributionsRequest = "contributions_request"
    case contributionsReply = "contributions_reply"

    // Storage (§11)
    case storageRequest = "storage_request"
    case storageReply = "storage_reply"
    case storageChanged = "storage_changed"

    // What runs and is to run again, and what could not be delivered, for clients (§10)
    case statusRequest = "status_request"
    case statusReply = "status_reply"
    case deadLettersRequest = "dead_letters_request"
    case deadLettersReply = "dead_letters_reply"
    case restartRequest = "restart_request"
    case restartReply = "restart_reply"
    case reloadRequest = "reload_request"
    case reloadReply = "reload_reply"

    // Executing code (§8) and what Jupyter has besides
    case executeRequest = "execute_request"
    case executeReply = "execute_reply"
    case executeResult = "execute_result"
    case completeRequest = "complete_request"
    case completeReply = "complete_reply"
    case inspectRequest = "inspect_request"
    case inspectReply = "inspect_reply"
    case isCompleteRequest = "is_complete_request"
    case isCompleteReply = "is_complete_reply"
    case inputRequest = "input_request"
    case inputReply = "input_reply"
    case displayData = "display_data"
    case updateDisplayData = "update_display_data"
    case clearOutput = "clear_output"
    case commOpen = "comm_open"
    case commMsg = "comm_msg"
    case commClose = "comm_close"
  }
}

extension MessageType.Known {
  static let table = NameTable<Self>()
}

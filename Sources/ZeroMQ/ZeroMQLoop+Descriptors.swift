internal import CZeroMQ

/// Watching file descriptors. Each of these is to be called on the loop's thread.
extension ZeroMQLoop {
  /// Has `handler` called in every turn in which one of `events`, or a hang-up or an error, is true
  /// of `descriptor` (level-triggered): a pidfd, a pipe, a socket of the system's.
  ///
  /// The descriptor remains the caller's. End the watch before closing it: the system might
  /// give its number to another.
  ///
  /// - Throws: `permissionDenied` for what cannot be watched, such as a file on disk;
  ///   `wrongState` if the loop has stopped or watches it already; `other` if it is not open.
  public func register(
    fileDescriptor descriptor: Int32, for events: DescriptorEvents,
    handler: @escaping (DescriptorEvents) -> Void
  ) throws(ZeroMQError) -> DescriptorWatch {
    let tag = try watch(descriptor, for: events)
    descriptorHandlers[tag] = handler
    return DescriptorWatch(descriptor: descriptor, tag: tag)
  }

  /// Changes what a watch waits for. Does nothing if it has ended.
  public func update(
    _ watch: DescriptorWatch, to events: DescriptorEvents
  ) throws(ZeroMQError) {
    preconditionCurrent()
    guard descriptorHandlers[watch.tag] != nil else { return }
    try port.change(watch.descriptor, to: events, tag: watch.tag)
  }

  /// Ends a watch; its handler is not called again. A second call does nothing.
  public func unregister(_ watch: DescriptorWatch) {
    preconditionCurrent()
    guard descriptorHandlers.removeValue(forKey: watch.tag) != nil else { return }
    port.remove(watch.descriptor)
  }

  /// Has the port watch a descriptor.
  ///
  /// - Returns: The tag under which the port reports it, which no other watch has or had.
  func watch(
    _ descriptor: Int32, for events: DescriptorEvents
  ) throws(ZeroMQError) -> UInt64 {
    preconditionCurrent()
    guard !hasEnded else {
      let subject = "descriptor \(descriptor) on a loop that has stopped"
      throw ZeroMQError(errorNumber: ECANCELED, operation: .watch, subject: subject)
    }
    nextTag += 1
    try port.add(descriptor, for: events, tag: nextTag)
    return nextTag
  }
}

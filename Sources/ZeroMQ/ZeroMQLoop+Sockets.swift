/// Watching sockets. Each of these is to be called on the loop's thread.
extension ZeroMQLoop {
  /// Has `handler` called on the loop's thread whenever `socket` may have messages.
  ///
  /// The handler receives as many as it likes; it is called again while there are more, and after
  /// ``messagesPerTurn`` the others have their turn first. Now and then there is nothing. A handler
  /// that leaves messages where they are is called again at once, turn after turn: receive them, or
  /// unregister.
  ///
  /// The loop keeps the socket until it is closed or unregistered, and closes it when the loop
  /// stops or the context shuts down. Meanwhile use the socket on the loop's thread only.
  ///
  /// - Throws: `closed`, `terminated`, `wrongState` (the loop has stopped, or the socket is
  ///   registered already), `tooManyOpen`.
  public func register(
    _ socket: Socket, onReadable handler: @escaping () -> Void
  ) throws(ZeroMQError) {
    let descriptor = try socket.fileDescriptor
    let watch = SocketWatch(
      socket: socket, descriptor: descriptor, tag: try watch(descriptor, for: .readable),
      loop: self, handler: handler)
    watches[watch.tag] = watch
    socket.watch = watch
    // What came before the registration may have been announced already.
    watch.touch()
  }

  /// Ends the registration of `socket`, which stays open. Does nothing if there is none.
  public func unregister(_ socket: Socket) {
    preconditionCurrent()
    socket.watch?.end()
  }

  /// Removes every trace of a watch that has ended.
  func forget(_ watch: SocketWatch) {
    preconditionCurrent()
    watches[watch.tag] = nil
    port.remove(watch.descriptor)
  }
}

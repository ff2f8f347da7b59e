/// One party of the wait-for graph.
enum WaitNode: Hashable {
  /// A frame: it waits for the calls it has made, for a lock, or for its consumer's credit.
  case frame(FrameKey)
  /// A request in a mailbox: it waits for its turn, or for its caller to give it up.
  case queued(FrameKey)
  /// The turn of that request: it waits for those before it and for a place.
  case turn(FrameKey)
  /// A place in the mailbox for that request: it waits for the frames that hold the places.
  case place(FrameKey)

  /// An emit: it waits for room in its subscribers' lines, then for as many of them as it asks for.
  case emission(UInt64)
  /// A subscriber's line: it waits for one of the events that are in flight.
  case line(LineID)

  /// The frame that the party is, or will be.
  var key: FrameKey? {
    switch self {
    case .frame(let key), .queued(let key), .turn(let key), .place(let key): key
    case .emission, .line: nil
    }
  }
}

/// When one subscriber had an event, by the clock that all processes share, in nanoseconds.
struct Arrival {
  /// Its kernel had read the message; 0 from a kernel that does not tell.
  let reached: UInt64
  /// Its handler ran.
  let handled: UInt64
}

import Broker

/// The commands that talk to the orchestrator, by routing id and by connection.
struct ControllerTable {
  private var connections: [[UInt8]: ConnectionID] = [:]
  private var routingIDs: [ConnectionID: [UInt8]] = [:]
  private var greeted: Set<ConnectionID> = []

  /// The connection of a routing id, a new one for a new one.
  mutating func connection(of routingID: [UInt8], make: () -> ConnectionID) -> ConnectionID {
    if let known = connections[routingID] { return known }
    let id = make()
    connections[routingID] = id
    routingIDs[id] = routingID
    return id
  }

  /// The connection of a routing id, if it has one.
  func known(_ routingID: [UInt8]) -> ConnectionID? { connections[routingID] }

  /// Whether a connection is asked about for the first time.
  mutating func isNew(_ id: ConnectionID) -> Bool { greeted.insert(id).inserted }

  /// Where a connection's messages go.
  func routingID(of id: ConnectionID) -> [UInt8]? { routingIDs[id] }

  /// Forgets a command that has ended.
  mutating func remove(_ id: ConnectionID) {
    if let routingID = routingIDs.removeValue(forKey: id) { connections[routingID] = nil }
    greeted.remove(id)
  }
}

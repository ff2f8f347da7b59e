/// The tickets by their kernels' ids; those that are spent are remembered for a while, so that who comes late is told why.
struct AttachTickets {
  /// How many are remembered.
  static let limit = 256

  private var tickets: [String: AttachTicket] = [:]
  private var order: [String] = []

  /// The ticket of a kernel's id.
  subscript(_ kernelID: String) -> AttachTicket? { tickets[kernelID] }

  /// The ticket that a routing id names: the kernel's id, a dot, and what the process has chosen.
  func ticket(of routingID: [UInt8]) -> AttachTicket? {
    guard !tickets.isEmpty, let dot = routingID.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    return tickets[String(decoding: routingID[..<dot], as: UTF8.self)]
  }

  /// Whether there is room for another: those that are still open are not forgotten.
  var hasRoom: Bool {
    order.count < Self.limit || order.contains { tickets[$0]?.refusal != nil }
  }

  /// Enters a ticket; the oldest that is spent makes room.
  mutating func add(_ ticket: AttachTicket) {
    if order.count >= Self.limit,
      let index = order.firstIndex(where: { tickets[$0]?.refusal != nil })
    {
      tickets[order.remove(at: index)] = nil
    }
    tickets[ticket.peer.kernelID] = ticket
    order.append(ticket.peer.kernelID)
  }
}

/// An event that is kept until each of its subscribers has dealt with it.
public struct DurableEvent: Equatable, Sendable {
  /// Names it for good.
  public let id: String
  /// Whether the id is remembered: while it is, no other event of that name and id is stored. Not needed for ids that never come
  /// again.
  public let remembersID: Bool
  public let tenant: String
  /// The event's name.
  public let name: String
  /// The content frame, JSON.
  public let payload: [UInt8]
  /// What else its delivery needs, JSON.
  public let metadata: [UInt8]

  /// An event to store.
  public init(
    id: String, tenant: String, name: String, payload: [UInt8], metadata: [UInt8],
    remembersID: Bool = true
  ) {
    self.id = id
    self.remembersID = remembersID
    self.tenant = tenant
    self.name = name
    self.payload = payload
    self.metadata = metadata
  }

  /// What it counts against the quota, in bytes.
  var size: Int { payload.count + metadata.count }
}

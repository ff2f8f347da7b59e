import KernelProtocol

/// The members of a `storage_request`'s content, read without a tree: a value may be large, and is only passed on.
struct StorageFields {
  var op: String?
  var key: String?
  var prefix: String?
  var version: Int?
  var watch: String?
  var blob: String?
  /// As it is written.
  var value: [UInt8]?

  /// Reads them; a member of another type counts as absent.
  init(_ content: FrameBytes) throws(OutcomeError) {
    do throws(JSONError) {
      try content.withUnsafeBytes { (bytes) throws(JSONError) in
        var scanner = JSONScanner(bytes)
        while let (name, member) = try scanner.next() { read(name.string, member) }
      }
    } catch {
      throw .malformed("The content of the storage_request is not to be read: \(error)")
    }
  }

  private mutating func read(_ name: String?, _ member: JSONSlice) {
    switch name {
    case "op": op = member.string
    case "key": key = member.string
    case "prefix": prefix = member.string
    case "version": version = member.int
    case "watch": watch = member.string
    case "blob": blob = member.string
    case "value": value = member.copy
    default: break
    }
  }
}

import KernelProtocol
import Parley

/// A call with everything filled in.
struct FilledRequest: Sendable {
  let method: String
  let params: JSONValue
  let attachments: [Attachment]
  let timeout: Double?

  /// Makes the call.
  func make(_ client: Client) async throws -> Observed {
    Observed(try await client.call(method, params, attachments: attachments, timeout: timeout))
  }

  /// Reads the stream, up to so many items, and leaves it then.
  func read(_ client: Client, _ limit: Int?) async throws -> Observed {
    var items: [JSONValue] = []
    if limit != 0 {
      for try await item in try await client.stream(method, params, timeout: timeout) {
        items.append(item.value)
        if items.count == limit { break }
      }
    }
    return Observed(.array(items))
  }
}

extension Request {
  /// The request with everything filled in.
  func filled(_ substitution: Substitution) throws(TableError) -> FilledRequest {
    var attachments: [Attachment] = []
    for member in bytes {
      guard let pointer = JSONPointer(parsing: member.key),
        let text = substitution.apply(member.value).stringValue, let bytes = Hex.bytes(text)
      else {
        throw TableError(place: member.key, message: "this must be a pointer with hex digits")
      }
      attachments.append(
        Attachment(path: pointer.tokens.map(JSONValue.string), bytes: FrameBytes(bytes)))
    }
    return FilledRequest(
      method: method, params: substitution.apply(params), attachments: attachments,
      timeout: timeout)
  }
}

public import KernelProtocol

/// What a cell shows while it runs, and how it ends.
public struct Execution: AsyncSequence, Sendable {
  /// One thing that happens.
  public enum Element: Sendable, Equatable {
    /// Text written to `stdout` or `stderr`.
    case output(stream: String, text: String)
    /// The value of the last expression, as the language's console shows it, and other forms of it by media type.
    case result(JSONValue)
    /// Something displayed, by media type.
    case display(JSONValue)
    /// The end.
    case ended(Ending)
  }

  /// How a cell ended.
  public enum Ending: Sendable, Equatable {
    case ok
    /// The code raised: the traceback as the language prints it, and the error.
    case raised(traceback: [String], OutcomeError)
    /// It could not be run to its end.
    case failed(OutcomeError)
  }

  let feed: MessageFeed

  public func makeAsyncIterator() -> Iterator { Iterator(feed: feed) }

  /// Takes what happens, in order.
  public struct Iterator: AsyncIteratorProtocol {
    let feed: MessageFeed
    private var hasEnded = false

    init(feed: MessageFeed) { self.feed = feed }

    public mutating func next() async -> Element? {
      while !hasEnded {
        let message = await feed.next()
        hasEnded = message.isFinal
        if let element = Execution.element(message) { return element }
      }
      return nil
    }
  }

  private static func element(_ message: ClientMessage) -> Element? {
    let content = message.content
    switch message.type {
    case .stream:
      return .output(
        stream: content["name"]?.stringValue ?? "stdout", text: content["text"]?.stringValue ?? "")
    case .executeResult: return .result(content["data"] ?? [:])
    case .displayData: return .display(content["data"] ?? [:])
    default: return message.isFinal ? .ended(ending(message)) : nil
    }
  }

  private static func ending(_ message: ClientMessage) -> Ending {
    let content = message.content
    if content["status"]?.stringValue == "ok" { return .ok }
    guard content["status"]?.stringValue == "error" else {
      return .failed(OutcomeError(wire: content, outcome: message.outcome ?? .unavailable))
    }
    let traceback = content["traceback"]?.arrayValue?.compactMap(\.stringValue) ?? []
    return .raised(
      traceback: traceback, OutcomeError(wire: content, outcome: message.outcome ?? .handlerError))
  }
}

import Broker
import ZeroMQ

/// Brings the durable events that are kept for one subscriber to it, one after the other: for use on the loop alone.
///
/// It waits for news (an event was stored), for the time of the next attempt, or for the end of an attempt.
final class Courier {
  private var news: CheckedContinuation<Void, Never>?
  private var attempt: CheckedContinuation<DeliveryResult, Never>?
  private var hasNews = false
  /// Whether it has brought all there was and waits for news.
  private(set) var isIdle = false
  /// Whether nobody wants anything delivered any more.
  private(set) var isEnded = false

  /// There is something to look at.
  func tell() {
    hasNews = true
    isIdle = false
    news?.resume()
    news = nil
  }

  /// Nobody wants anything any more.
  func end() {
    isEnded = true
    tell()
    ended(.notStarted)
  }

  /// An attempt has ended.
  func ended(_ result: DeliveryResult) {
    attempt?.resume(returning: result)
    attempt = nil
  }

  /// Waits until there is something to look at; at once when there was since the last time.
  ///
  /// - Parameter idle: whether nothing is left to bring.
  func waitForNews(idle: Bool, isolation: isolated (any Actor)? = #isolation) async {
    isIdle = idle && !hasNews
    if !hasNews, !isEnded { await withCheckedContinuation { news = $0 } }
    hasNews = false
  }

  /// Has an attempt made, and waits for its end.
  func attempt(
    isolation: isolated (any Actor)? = #isolation, _ begin: () -> Void
  ) async -> DeliveryResult {
    await withCheckedContinuation { continuation in
      attempt = continuation
      begin()
    }
  }
}

import Foundation

/// `specs/vectors/zmtp.json`: what a ROUTER and a kernel write, byte for byte.
struct WireVectors: Decodable {
  struct Message: Decodable {
    let frames: [String]
    let bytes: String
  }

  struct Command: Decodable {
    let bytes: String
    let pong: String?
  }

  let greeting: String
  let readyDealer: Command
  let readySub: Command
  let readyRouter: Command
  let error: Command
  let ping: Command
  let messages: [Message]
  let badGreetings: [String]

  enum CodingKeys: String, CodingKey {
    case greeting, ping, messages
    case readyDealer = "ready_dealer"
    case readySub = "ready_sub"
    case readyRouter = "ready_router_from_libzmq"
    case error = "error_command"
    case badGreetings = "bad_greetings"
  }

  static func read() throws -> WireVectors {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "specs/vectors/zmtp.json")
    return try JSONDecoder().decode(WireVectors.self, from: Data(contentsOf: file))
  }
}

/// The bytes of a text of hexadecimal digits.
func bytes(hex: String) -> [UInt8] {
  let digits = Array(hex.utf8)
  return stride(from: 0, to: digits.count, by: 2).map {
    UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16) ?? 0
  }
}

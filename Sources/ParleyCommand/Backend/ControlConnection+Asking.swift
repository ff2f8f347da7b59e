import Foundation
import Parley

extension ControlConnection {
  /// Asks an orchestrator that runs for something, and closes the connection, whatever comes of it.
  ///
  /// - Parameter path: its control socket; nil for the only one that runs.
  static func ask<Reply: Sendable>(
    at path: String?, _ question: (Client) async throws -> Reply
  ) async throws -> Reply {
    let connection = try await open(path: path, environment: ProcessInfo.processInfo.environment)
    do {
      let reply = try await question(connection.client)
      await connection.close()
      return reply
    } catch {
      await connection.close()
      throw error
    }
  }
}

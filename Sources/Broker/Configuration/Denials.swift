public import KernelProtocol

/// What a plugin is not allowed by its host, though its manifest declares it or a grant covers it.
public struct Denials: Equatable, Sendable {
  /// Methods that it may not call.
  public var calls: [NamePattern] = []
  /// Events that it may not emit.
  public var emits: [NamePattern] = []
  /// Keys of storage, by the whole names of the permissions.
  public var storage: [NamePattern] = []

  /// Reads `call:METHOD`, `emit:EVENT`, `storage:read:global:KEY` and `storage:write:global:KEY`, and patterns of such names.
  init(reading texts: [(text: String, pointer: JSONPointer)]) throws(ManifestProblem) {
    for (text, pointer) in texts {
      do throws(NameError) {
        if let method = Self.rest(of: text, after: "call:") {
          calls.append(try NamePattern(method, .method))
          continue
        }
        if let event = Self.rest(of: text, after: "emit:") {
          emits.append(try NamePattern(event, .event))
          continue
        }
      } catch {
        throw ManifestProblem(pointer, error.description)
      }
      storage += try PermissionName.patterns(
        [(text, pointer)], besides: ["call:METHOD", "emit:EVENT"])
    }
  }

  private static func rest(of text: String, after beginning: String) -> String? {
    text.utf8.starts(with: beginning.utf8) ? String(text.dropFirst(beginning.count)) : nil
  }
}

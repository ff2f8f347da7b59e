public import KernelProtocol

/// What the host decides about its plugins: the file `parley.json` beside the plugins' folder.
///
/// A manifest asks, and this grants what is not granted by itself, denies what would be, and gives the plugins their settings.
public struct HostConfiguration: Equatable, Sendable {
  /// For each plugin the permissions that it is granted: names, or patterns of names.
  public var grants: [String: [NamePattern]] = [:]
  /// For each plugin what it is not allowed, whatever its manifest and the grants say.
  public var denials: [String: Denials] = [:]
  /// The values that each plugin's settings are given, with references to secrets where those belong.
  public var settings: [String: JSONValue] = [:]
  /// Where the secrets that settings refer to come from.
  public var secrets: [String: SecretSource] = [:]
  /// The deadline of calls that name none, in seconds; nil for the orchestrator's own.
  public var defaultTimeout: Double?
  /// How kernels are launched otherwise than their kernelspecs say.
  public var kernels: [String: KernelOverride] = [:]

  /// Nothing but what goes without saying.
  public init() {}
}

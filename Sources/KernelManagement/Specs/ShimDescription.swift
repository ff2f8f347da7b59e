/// What `metadata.parley` of a `kernel.json` says about a shim, so that a new language needs no
/// Swift.
public struct ShimDescription: Sendable, Equatable {
  /// The version of the kernel protocol that it speaks, such as "1.0".
  public let protocolVersion: String

  /// File name extensions of the language, with the dot: `.py`.
  public let extensions: [String]

  /// The command that prints the interpreter's version; empty when there is none.
  public let version: [String]

  /// The lowest version that will do, such as "3.9".
  public let minimum: String?

  /// What must be there besides the interpreter.
  public let checks: [Check]

  /// How the interpreter is installed.
  public let install: Remedy

  /// What a manifest's `environment` may say, by key.
  public let environmentRules: [String: EnvironmentRule]

  /// The variables by which a program that Parley does not start finds the SDK.
  public let sdk: [SDKVariable]

  /// A command that succeeds when something is there.
  public struct Check: Sendable, Equatable, Decodable {
    public let run: [String]

    /// What is missing when it fails, as a phrase: "the Perl module Coro".
    public let what: String
    public let mend: Remedy

    public init(run: [String], what: String, mend: Remedy) {
      self.run = run
      self.what = what
      self.mend = mend
    }
  }

  public init(
    protocolVersion: String, extensions: [String] = [], version: [String] = [],
    minimum: String? = nil, checks: [Check] = [], install: Remedy = Remedy([:]),
    environmentRules: [String: EnvironmentRule] = [:], sdk: [SDKVariable] = []
  ) {
    self.protocolVersion = protocolVersion
    self.extensions = extensions
    self.version = version
    self.minimum = minimum
    self.checks = checks
    self.install = install
    self.environmentRules = environmentRules
    self.sdk = sdk
  }
}

extension ShimDescription: Decodable {
  private enum CodingKeys: String, CodingKey {
    case protocolVersion = "protocol"
    case extensions, version, minimum, checks, install, sdk
    case environmentRules = "environment"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      protocolVersion: try values.decode(String.self, forKey: .protocolVersion),
      extensions: try values.decodeIfPresent([String].self, forKey: .extensions) ?? [],
      version: try values.decodeIfPresent([String].self, forKey: .version) ?? [],
      minimum: try values.decodeIfPresent(String.self, forKey: .minimum),
      checks: try values.decodeIfPresent([Check].self, forKey: .checks) ?? [],
      install: try values.decodeIfPresent(Remedy.self, forKey: .install) ?? Remedy([:]),
      environmentRules: try values.decodeIfPresent(
        [String: EnvironmentRule].self, forKey: .environmentRules) ?? [:],
      sdk: try values.decodeIfPresent([SDKVariable].self, forKey: .sdk) ?? [])
  }
}

/// A variable by which an interpreter that Parley does not start finds the SDK of its language.
public struct SDKVariable: Sendable, Equatable {
  public let name: String

  /// What it is set to, or begins with when it is set already; `{resource_dir}` is the kernelspec's folder.
  public let value: String

  /// What stands between this value and the one that was there.
  public let separator: String

  public init(name: String, value: String, separator: String = ":") {
    self.name = name
    self.value = value
    self.separator = separator
  }
}

extension SDKVariable: Decodable {
  private enum CodingKeys: String, CodingKey {
    case name = "variable"
    case value, separator
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try values.decode(String.self, forKey: .name),
      value: try values.decode(String.self, forKey: .value),
      separator: try values.decodeIfPresent(String.self, forKey: .separator) ?? ":")
  }
}

extension KernelSpec {
  /// What the variables of ``ShimDescription/sdk`` are for this kernelspec.
  public var sdk: [SDKVariable] {
    (shim?.sdk ?? []).map {
      SDKVariable(
        name: $0.name, value: $0.value.replacing("{resource_dir}", with: folder),
        separator: $0.separator)
    }
  }
}

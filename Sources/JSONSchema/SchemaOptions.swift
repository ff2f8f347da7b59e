public import KernelProtocol

/// What a schema is compiled with.
public struct SchemaOptions: Sendable {
  /// Other documents that `$ref` may lead to, by their address. Nothing is ever fetched.
  public var documents: [String: JSONValue]
  /// The address of the schema itself, against which relative references are resolved.
  public var address: String
  /// Whether `format` is a demand. By the specification it only describes.
  public var assertsFormats: Bool

  public init(
    documents: [String: JSONValue] = [:], address: String = "", assertsFormats: Bool = false
  ) {
    self.documents = documents
    self.address = address
    self.assertsFormats = assertsFormats
  }
}

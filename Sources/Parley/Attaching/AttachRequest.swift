import KernelProtocol

/// Somebody wants a token: the manifest as it is in its file, where that is, and for how long the token is to be good.
struct AttachRequest {
  /// How long a token is good for unless one says otherwise, in seconds.
  static let patience: Double = 60
  static let longest: Double = 86_400

  let manifest: String
  let file: String
  var expires = Self.patience

  init(manifest: String, file: String, expires: Double) {
    self.manifest = manifest
    self.file = file
    self.expires = expires
  }

  /// Reads the content of an `attach_request`.
  init(_ content: JSONValue?) throws(OutcomeError) {
    guard let manifest = content?["manifest"]?.stringValue, let file = content?["file"]?.stringValue
    else {
      throw OutcomeError(
        .invalidPayload, "attach_request needs content.manifest, its text, and content.file.")
    }
    let expires = content?["expires"]?.doubleValue ?? Self.patience
    self.init(manifest: manifest, file: file, expires: expires)
    guard expires > 0, expires <= Self.longest else {
      throw OutcomeError(
        .invalidPayload, "A token is good for more than no time and at most a day (86400 s).")
    }
  }

  var content: JSONValue {
    [
      "manifest": .string(manifest), "file": .string(file),
      "expires": JSONValue(number: expires),
    ]
  }

  /// The folder that the manifest lies in, and the file's name there.
  var manifestFile: ManifestFile {
    let slash = file.lastIndex(of: "/") ?? file.startIndex
    return ManifestFile(folder: String(file[..<slash]), name: String(file[slash...].dropFirst()))
  }
}

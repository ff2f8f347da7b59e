/// A secret by its name in the host's configuration.
public enum Secret: Equatable, Sendable {
  case value(String)
  /// It cannot be had, with the reason.
  case missing(String)
}

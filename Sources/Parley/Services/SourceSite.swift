/// A place in the application's source.
struct SourceSite: Sendable {
  let file: String
  let line: Int
}

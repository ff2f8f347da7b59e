/// A schema with an address of its own: a document, or a part of one with an `$id`.
struct SchemaResource {
  let address: URIReference
  let place: SchemaPlace
  let vocabularies: Vocabularies
  /// `$anchor` and `$dynamicAnchor`.
  var anchors: [String: SchemaPlace] = [:]
  /// The names among them that a `$dynamicRef` may find.
  var dynamicAnchors: Set<String> = []
}

import KernelProtocol

/// One demand of a node, in the form in which it is checked.
///
/// Numbers that name a node, list or table are places in ``SchemaProgram``'s arrays.
enum SchemaRule: Sendable {
  case constant(Int32)
  case choice(Int32)

  case minimum(SchemaNumber)
  case exclusiveMinimum(SchemaNumber)
  case maximum(SchemaNumber)
  case exclusiveMaximum(SchemaNumber)
  case multipleOf(JSONDecimal)

  case minimumLength(Int)
  case maximumLength(Int)
  case pattern(Int32)
  case format(SchemaFormat)

  case minimumItems(Int)
  case maximumItems(Int)
  case uniqueItems
  /// One node for each of the first elements.
  case prefixItems(SchemaRange)
  /// A node for the elements from a place on.
  case items(node: Int32, from: Int32)
  case contains(node: Int32, minimum: Int, maximum: Int?)

  case minimumProperties(Int)
  case maximumProperties(Int)
  case members(Int32)

  case allOf(SchemaRange)
  case anyOf(SchemaRange)
  case oneOf(SchemaRange)
  case not(node: Int32)
  /// A node that is ``SchemaNode/anything`` demands nothing.
  case condition(node: Int32, then: Int32, otherwise: Int32)
  case reference(node: Int32)
  case dynamicReference(Int32)

  // After all others, because they ask what those have looked at.
  case unevaluatedItems(node: Int32)
  case unevaluatedProperties(node: Int32)
}

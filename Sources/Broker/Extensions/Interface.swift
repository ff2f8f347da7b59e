/// What the owner of an extension point says of a method that it calls in a contribution.
struct Interface {
  let point: String
  let method: ExtensionPoint.Method
}

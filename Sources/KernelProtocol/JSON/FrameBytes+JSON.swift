extension FrameBytes {
  /// A value as compact JSON. A number that JSON cannot carry becomes null: check such values
  /// before.
  public init(json value: JSONValue) {
    var json = JSONBuilder()
    json.value(value)
    self = json.frame
  }
}

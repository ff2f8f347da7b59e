/// The types of all events and methods of some plugins: what the renderers render.
public struct TypeModel: Sendable {
  struct Event: Sendable {
    let name: String
    let owner: String
    let payload: TypeShape
    let summary: String?
  }

  struct Method: Sendable {
    let name: String
    let provider: String
    let params: TypeShape
    let result: TypeShape
    let isStream: Bool
    let summary: String?
    /// Whether it may be called without parameters.
    let needsNoParams: Bool
  }

  let declarations: [TypeDeclaration]
  let events: [Event]
  let methods: [Method]

  /// In the order of the names, so that the same plugins always give the same text.
  public init(_ plugins: [PluginInterface]) {
    var builder = TypeModelBuilder()
    var events: [Event] = []
    var methods: [Method] = []
    for plugin in plugins.sorted(by: { $0.plugin < $1.plugin }) {
      for event in plugin.events.sorted(by: { $0.name < $1.name }) {
        let payload = builder.shape(ofObject: event.payload, named: TypeName.of(event.name))
        events.append(
          Event(
            name: event.name, owner: plugin.plugin, payload: payload, summary: event.summary))
      }
      for method in plugin.methods.sorted(by: { $0.name < $1.name }) {
        methods.append(builder.method(method, of: plugin.plugin))
      }
    }
    declarations = builder.declarations
    self.events = events
    self.methods = methods
  }

  func declaration(named name: String) -> TypeDeclaration? {
    declarations.first { $0.name == name }
  }
}

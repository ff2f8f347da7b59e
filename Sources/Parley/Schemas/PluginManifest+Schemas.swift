import Broker
import KernelProtocol
import Store

extension PluginManifest {
  /// What it promises of its events and methods, and what it wants, as it is remembered; where it says nothing, anything goes.
  var schemas: [RememberedSchema] {
    let events = emits.map { name, event in
      RememberedSchema(.payload, of: name, version: version, document: event.payload.orAnything)
    }
    let methods = provides.flatMap { name, method in
      [
        RememberedSchema(.params, of: name, version: version, document: method.params.orAnything),
        RememberedSchema(.result, of: name, version: version, document: method.result.orAnything),
      ]
    }
    return events + methods
  }
}

extension DeclaredSchema? {
  fileprivate var orAnything: JSONValue { self?.document ?? true }
}

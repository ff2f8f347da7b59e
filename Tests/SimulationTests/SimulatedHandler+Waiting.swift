extension SimulatedHandler {
  /// A reply has come to one of its requests: whether it goes on then depends on what it waits for. With an error it
  /// gives up the rest of its program: it raises.
  mutating func receive(_ request: String, isOK: Bool) {
    rest.remove(request)
    guard wait.requests.contains(request) else { return }
    switch wait {
    case .any(let requests):
      rest.formUnion(requests.subtracting([request]))
      goOn(isOK)
    case .all(let requests):
      let open = requests.subtracting([request])
      guard isOK, !open.isEmpty else {
        rest.formUnion(open)
        return goOn(isOK)
      }
      wait = .all(open)
    case .item: goOn(isOK)
    case .nothing, .credit: break
    }
  }

  private mutating func goOn(_ isOK: Bool) {
    wait = .nothing
    if !isOK { steps = [] }
  }
}

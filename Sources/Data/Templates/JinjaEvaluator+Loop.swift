extension JinjaEvaluator {
  /// Runs a `for` block.
  func run(_ loop: JinjaLoop, _ scope: JinjaScope) throws -> Flow {
    let items = try source(of: try value(loop.sequence, scope))
    let state = JinjaLoopState { [self] in
      while let item = try items() {
        guard let condition = loop.condition else { return item }
        try countStep()
        let inner = JinjaScope(parent: scope)
        try assign(item, to: loop.target, inner)
        if try value(condition, inner).isTrue { return item }
      }
      return nil
    }
    var completesOne = false
    while let item = try state.advance() {
      try countStep()
      let inner = JinjaScope(parent: scope)
      try assign(item, to: loop.target, inner)
      inner.values["loop"] = .loop(state)
      let flow = try run(loop.body, inner)
      if flow == .breaks { break }
      if flow == .next { completesOne = true }
    }
    // As in Jinja, `else` is for a loop whose body never came to its end.
    return completesOne ? .next : try run(loop.otherwise, JinjaScope(parent: scope))
  }

  private func source(of value: JinjaValue) throws -> () throws -> JinjaValue? {
    if case .generator(let generator) = value { return { generator.next() } }
    let items = JinjaGenerator(try value.elements())
    return { items.next() }
  }
}

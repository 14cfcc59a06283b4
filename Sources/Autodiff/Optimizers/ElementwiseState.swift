/// The state of an optimizer that treats every weight alike and by itself: a step counter, and some arrays beside
/// each run of parameters, so that one sweep of a kernel updates a whole run.
struct ElementwiseState {
  /// A run of parameters with its arrays.
  struct Part {
    /// Parameters that lie side by side and are treated alike.
    let run: ParameterRun
    /// One array for each role, laid out like the run.
    let arrays: [Slot]
  }

  /// In the order of the parameters.
  let parts: [Part]
  private let state: OptimizerState

  /// Takes memory for one array per role and trainable weight, filled with zeros.
  ///
  /// - Parameters:
  ///   - name: of the optimizer.
  ///   - roles: what the arrays are called; none where nothing is kept.
  ///   - parameters: in their store's order.
  ///   - rule: which parameters decay how much, and at what rate they learn.
  init(
    _ name: String, roles: [String], beside parameters: [Parameter], on backend: any Backend,
    rule: ParameterRule
  ) {
    let state = OptimizerState("\(name) state", on: backend)
    parts = ParameterRun.runs(of: parameters, rule).map { run in
      Part(run: run, arrays: roles.map { state.add($0, beside: run) })
    }
    state.reserve()
    self.state = state
  }

  /// Everything that must outlive a restart, the step counter first.
  var entries: [StateEntry] { state.entries }

  /// Counts one more step and returns its number; the first is 1.
  func advance() -> Int { state.advance() }
}

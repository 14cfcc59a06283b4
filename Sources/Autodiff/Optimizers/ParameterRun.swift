/// Trainable parameters that lie side by side and are treated alike: one sweep of an elementwise kernel.
///
/// The alignment gaps between them hold zeros in value, gradient and state, and every sweep keeps them so.
struct ParameterRun {
  private(set) var parameters: [Parameter]
  /// From the first element of the first parameter to the last of the last.
  private(set) var value: Slot
  private(set) var gradient: Slot
  /// Weight decay of all of them.
  let decay: Double
  /// Their share of the learning rate.
  let rate: Double

  /// The fewest runs that cover the trainable ones of `parameters`, which stand in the store's order.
  static func runs(of parameters: [Parameter], _ rule: ParameterRule) -> [ParameterRun] {
    var runs: [ParameterRun] = []
    for parameter in parameters where parameter.shape.count > 0 {
      guard let gradient = parameter.gradient else { continue }
      let (decay, rate) = (rule.decay(of: parameter), rule.rate(of: parameter))
      if let last = runs.indices.last, runs[last].decay == decay, runs[last].rate == rate,
        runs[last].isFollowed(by: parameter)
      {
        runs[last].append(parameter, gradient)
      } else {
        runs.append(
          ParameterRun(
            parameters: [parameter], value: parameter.value, gradient: gradient, decay: decay, rate: rate))
      }
    }
    return runs
  }

  private func isFollowed(by parameter: Parameter) -> Bool {
    parameter.value.region == value.region
      && parameter.value.offset == value.offset + alignedCount(value.count)
  }

  private mutating func append(_ parameter: Parameter, _ next: Slot) {
    parameters.append(parameter)
    let count = parameter.value.offset - value.offset + parameter.shape.count
    value = Slot(region: value.region, offset: value.offset, count: count)
    gradient = Slot(region: gradient.region, offset: gradient.offset, count: count)
    precondition(
      next.offset + next.count == gradient.offset + count, "gradients are not laid out like values")
  }
}

/// Walks a graph through one step's time and hands out addresses. See `Plan` for the notion of time.
struct Planner {
  let graph: Graph
  let training: Bool
  let reusingMemory: Bool
  let region: Region
  var heap = FreeList()
  var values: [Slot]
  var gradients: [Slot?]
  var kept: [Slot]
  var lastUse: [Int]
  /// Values that expire after each moment.
  var expiring: [[Int]] = []
  var forwardSteps: [Plan.ForwardStep] = []
  var lossSteps: Set<Int> = []
  var backwardSteps: [Plan.BackwardStep] = []
  var unplannedCount = 0
  /// What is computed twice; empty without recomputation.
  var recomputation = Recomputation()
  /// Gradient slots that have had a contribution; parameters may be recorded more than once.
  private var written: Set<Slot> = []
  private var writtenGradients: [Bool]
  /// Records whose memory was taken over by an in-place output.
  private var isTakenOver: [Bool]
  /// Records through which gradient flows from a loss.
  let carriesGradient: [Bool]

  init(
    _ graph: Graph, outputs: [Tensor], training: Bool, reusingMemory: Bool, recomputing: Bool, region: Region
  ) {
    self.graph = graph
    self.training = training
    self.reusingMemory = reusingMemory
    self.region = region
    let count = graph.nodes.count
    let empty = Slot(region: region, offset: 0, count: 0)
    values = [Slot](repeating: empty, count: count)
    gradients = [Slot?](repeating: nil, count: count)
    kept = values
    isTakenOver = [Bool](repeating: false, count: count)
    writtenGradients = isTakenOver
    carriesGradient = training ? Self.gradientCarriers(graph) : isTakenOver
    if training && recomputing { recomputation = Recomputation(graph, carriers: carriesGradient) }
    lastUse = Self.lastUses(
      graph, outputs: outputs, training: training, carriers: carriesGradient, recomputation)
    expiring = [[Int]](repeating: [], count: 2 * count + 1)
    for (id, moment) in lastUse.enumerated() { expiring[moment].append(id) }
  }

  /// Records that need a gradient and from which a loss can be reached.
  private static func gradientCarriers(_ graph: Graph) -> [Bool] {
    var reached = [Bool](repeating: false, count: graph.nodes.count)
    for (id, node) in graph.nodes.enumerated().reversed() {
      guard case .operation(_, let signature) = node.kind else { continue }
      if signature.isLoss { reached[id] = true }
      guard reached[id] else { continue }
      for (k, input) in node.inputs.enumerated() where !signature.constantInputs.contains(k) {
        reached[input] = true
      }
    }
    for (id, node) in graph.nodes.enumerated() where !node.needsGradient { reached[id] = false }
    return reached
  }

  private static func lastUses(
    _ graph: Graph, outputs: [Tensor], training: Bool, carriers: [Bool], _ recomputation: Recomputation
  ) -> [Int] {
    let count = graph.nodes.count
    let end = 2 * count
    var lastUse = Array(0..<count)
    for (id, node) in graph.nodes.enumerated() {
      guard case .operation(let operation, let signature) = node.kind else {
        lastUse[id] = end
        continue
      }
      let backward = end - 1 - id
      for (k, input) in node.inputs.enumerated() {
        lastUse[input] = max(lastUse[input], id)
        // Within a segment the way back reads what was computed again.
        guard !recomputation.isWithinSegment(input, id) else { continue }
        if training && carriers[id] && (signature.isLoss || operation.saved.contains(.input(k))) {
          lastUse[input] = max(lastUse[input], backward)
        }
        // What enters a segment is read once more when it is computed again.
        if let segment = recomputation.segment(of: id), recomputation.isRepeated(id) {
          lastUse[input] = max(lastUse[input], end - segment.upperBound)
        }
      }
      if training && carriers[id] && operation.saved.contains(.output), recomputation.segment(of: id) == nil {
        lastUse[id] = max(lastUse[id], backward)
      }
      if training && signature.isLoss { lastUse[id] = end }
    }
    for output in outputs { lastUse[output.id] = end }
    return lastUse
  }

  mutating func run() {
    placeInputs()
    for id in graph.nodes.indices { planForward(id) }
    guard training else { return }
    precondition(!lossSteps.isEmpty, "a training plan needs a loss")
    for id in graph.nodes.indices.reversed() {
      if let segment = recomputation.segment(of: id), segment.upperBound == id + 1 {
        planRepetition(of: segment)
      }
      planBackward(id)
    }
  }

  mutating func take(_ count: Int) -> Slot {
    unplannedCount += alignedCount(count)
    return Slot(region: region, offset: heap.take(count), count: count)
  }

  mutating func give(_ slot: Slot) {
    if reusingMemory { heap.give(offset: slot.offset, count: slot.count) }
  }

  private mutating func placeInputs() {
    for (id, node) in graph.nodes.enumerated() {
      switch node.kind {
      case .input: values[id] = take(node.type.shape.count)
      case .stored(let value, let gradient):
        values[id] = value
        gradients[id] = gradient
      case .operation: break
      }
    }
  }

  /// Gives back what nobody reads after `moment`.
  private mutating func expire(_ moment: Int) {
    for id in expiring[moment] where !isTakenOver[id] {
      if case .operation = graph.nodes[id].kind { give(values[id]) }
    }
  }

  private mutating func planForward(_ id: Int) {
    guard case .operation(let operation, let signature) = graph.nodes[id].kind else { return }
    let node = graph.nodes[id]
    values[id] = outputSlot(id, signature)
    let runsInBackward = training && signature.isLoss && carriesGradient[id]
    let isKept = training && carriesGradient[id] && recomputation.segment(of: id) == nil
    kept[id] = isKept ? take(signature.kept) : Slot(region: region, offset: 0, count: 0)
    // Where no backward pass reads them, the kept values are scratch that dies at once.
    let temporary = isKept ? nil : take(signature.kept)
    let scratch = take(signature.forwardScratch)
    if runsInBackward { lossSteps.insert(forwardSteps.count) }
    forwardSteps.append(
      Plan.ForwardStep(
        operation: operation,
        io: ForwardIO(
          inputs: node.inputs.map { values[$0] }, inputTypes: node.inputs.map { graph.nodes[$0].type },
          output: values[id], outputType: node.type, kept: temporary ?? kept[id], scratch: scratch),
        origin: node.origin))
    give(scratch)
    if let temporary { give(temporary) }
    expire(id)
  }

  /// The memory of an input that dies here, if the operation allows it; fresh memory otherwise.
  private mutating func outputSlot(_ id: Int, _ signature: OperationSignature) -> Slot {
    let node = graph.nodes[id]
    for k in signature.inPlace where reusingMemory {
      let input = node.inputs[k]
      guard case .operation = graph.nodes[input].kind, lastUse[input] == id, !isTakenOver[input],
        values[input].count == node.type.shape.count
      else { continue }
      isTakenOver[input] = true
      return values[input]
    }
    return take(node.type.shape.count)
  }

  private mutating func planBackward(_ id: Int) {
    let moment = 2 * graph.nodes.count - 1 - id
    let node = graph.nodes[id]
    if case .operation(let operation, let signature) = node.kind, carriesGradient[id],
      signature.isLoss || writtenGradients[id]
    {
      // Not a precondition: an optimised build would not print its message.
      if signature.mutatesInputs { fatalError("\(type(of: operation).name) has no gradient") }
      var isPassedOn = false
      let first = node.inputs.enumerated().map { k, input in
        gradientSlot(of: input, k, from: id, signature, &isPassedOn)
      }
      let accumulating = zip(node.inputs, first).map { input, gradient -> GradientSlot? in
        guard case .stored = graph.nodes[input].kind else { return gradient }
        return gradient.map { GradientSlot(slot: $0.slot, mode: .accumulate) }
      }
      let scratch = take(signature.backwardScratch)
      append(operation, signature, node, id, scratch, first, accumulating)
      give(scratch)
      give(kept[id])
      if !signature.isLoss, !isPassedOn, let gradient = gradients[id] { give(gradient) }
    }
    expire(moment)
    recomputation.values(dyingAt: id).forEach { give($0) }
  }

  private mutating func append(
    _ operation: any Operation, _ signature: OperationSignature, _ node: Graph.Node, _ id: Int,
    _ scratch: Slot, _ first: [GradientSlot?], _ accumulating: [GradientSlot?]
  ) {
    func io(_ inputGradients: [GradientSlot?]) -> BackwardIO {
      BackwardIO(
        inputs: node.inputs.map { recomputation.value(of: $0, for: id) ?? values[$0] },
        inputTypes: node.inputs.map { graph.nodes[$0].type },
        output: recomputation.value(of: id, for: id) ?? values[id], outputType: node.type, kept: kept[id],
        scratch: scratch, outputGradient: gradients[id] ?? Slot(region: region, offset: 0, count: 0),
        inputGradients: inputGradients)
    }
    backwardSteps.append(
      .differentiate(
        Plan.Differentiation(
          operation: operation, io: io(first), accumulatingIO: io(accumulating), origin: node.origin,
          isLoss: signature.isLoss)))
  }

  /// Where input `input` of record `id` gets its gradient, or nil if it wants none.
  private mutating func gradientSlot(
    of input: Int, _ k: Int, from id: Int, _ signature: OperationSignature, _ isPassedOn: inout Bool
  ) -> GradientSlot? {
    guard carriesGradient[input], !signature.constantInputs.contains(k) else { return nil }
    if case .stored(_, let gradient) = graph.nodes[input].kind {
      return gradient.map {
        GradientSlot(slot: $0, mode: written.insert($0).inserted ? .overwrite : .accumulate)
      }
    }
    if let slot = gradients[input] { return GradientSlot(slot: slot, mode: .accumulate) }
    writtenGradients[input] = true
    let count = graph.nodes[input].type.shape.count
    if reusingMemory, signature.gradientInPlace.contains(k), !isPassedOn, let own = gradients[id],
      own.count == count
    {
      isPassedOn = true
      gradients[input] = own
      return GradientSlot(slot: own, mode: .overwrite)
    }
    let slot = take(count)
    gradients[input] = slot
    return GradientSlot(slot: slot, mode: .overwrite)
  }
}

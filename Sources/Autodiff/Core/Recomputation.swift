/// What a plan computes a second time, on the way back, instead of keeping it.
///
/// A record of a segment is repeated if the backward pass of the segment reads its output or something that it keeps, or
/// if another repeated record reads it.
struct Recomputation: Sendable {
  private var segmentOf: [Range<Int>?] = []
  private var repeated: [Bool] = []
  /// The earliest record whose backward pass reads the repeated value, nil where only the repetition does.
  private var lastReader: [Int?] = []
  private var slots: [Int: Slot] = [:]

  /// Nothing.
  init() {}

  /// All segments through which gradient flows.
  init(_ graph: Graph, carriers: [Bool]) {
    segmentOf = [Range<Int>?](repeating: nil, count: graph.nodes.count)
    repeated = [Bool](repeating: false, count: graph.nodes.count)
    lastReader = [Int?](repeating: nil, count: graph.nodes.count)
    for stretch in graph.segments where stretch.contains(where: { carriers[$0] }) {
      let operations = stretch.filter { if case .operation = graph.nodes[$0].kind { true } else { false } }
      guard let first = operations.first, let last = operations.last else { continue }
      let segment = first..<last + 1
      for id in operations { segmentOf[id] = segment }
      for id in segment.reversed() { markRepeated(id, graph, carriers) }
    }
  }

  /// Called in reverse order, so that `repeated` is known for every record that reads `id`.
  private mutating func markRepeated(_ id: Int, _ graph: Graph, _ carriers: [Bool]) {
    let node = graph.nodes[id]
    guard case .operation(let operation, let signature) = node.kind else { return }
    if signature.isLoss { fatalError("a loss at \(node.origin) is inside a segment") }
    if signature.mutatesInputs {
      fatalError("\(type(of: operation).name) at \(node.origin) cannot run twice")
    }
    if carriers[id] {
      // Reverse order: the last one to write is the earliest reader.
      if operation.saved.contains(.output) { lastReader[id] = id }
      if signature.kept > 0 { repeated[id] = true }
      for (k, input) in node.inputs.enumerated()
      where operation.saved.contains(.input(k)) && isWithinSegment(input, id) {
        lastReader[input] = id
        repeated[input] = true
      }
      if lastReader[id] != nil { repeated[id] = true }
    }
    guard repeated[id] else { return }
    for input in node.inputs where isWithinSegment(input, id) { repeated[input] = true }
  }

  /// The segment of an operation, if it is one whose values are not kept.
  func segment(of id: Int) -> Range<Int>? { id < segmentOf.count ? segmentOf[id] : nil }

  /// Whether both are operations of one segment.
  func isWithinSegment(_ first: Int, _ second: Int) -> Bool {
    guard let segment = segment(of: first) else { return false }
    return segment == self.segment(of: second)
  }

  /// Whether the record is computed again.
  func isRepeated(_ id: Int) -> Bool { id < repeated.count && repeated[id] }

  /// Whether the way back reads what the repetition of `id` makes.
  func isReadBackward(_ id: Int) -> Bool { lastReader[id] != nil }

  /// The repeated value of `id` as the backward pass of `reader` sees it; nil where that reads the original.
  func value(of id: Int, for reader: Int) -> Slot? { isWithinSegment(id, reader) ? slots[id] : nil }

  mutating func place(_ id: Int, in slot: Slot) { slots[id] = slot }

  /// Repeated values that nobody reads after the backward pass of `reader`.
  func values(dyingAt reader: Int) -> [Slot] {
    guard let segment = segment(of: reader) else { return [] }
    return segment.compactMap { lastReader[$0] == reader ? slots[$0] : nil }
  }
}

extension Planner {
  /// Computes the segment again, into new places. A value that only the repetition reads dies with its last reader there.
  mutating func planRepetition(of segment: Range<Int>) {
    var readers = [Int: Int]()
    for id in segment where recomputation.isRepeated(id) {
      for input in graph.nodes[id].inputs { readers[input] = id }
    }
    for id in segment where recomputation.isRepeated(id) {
      guard case .operation(let operation, let signature) = graph.nodes[id].kind else { continue }
      let node = graph.nodes[id]
      let slot = take(node.type.shape.count)
      recomputation.place(id, in: slot)
      let isKept = carriesGradient[id]
      let keptSlot = take(signature.kept)
      if isKept { kept[id] = keptSlot }
      let scratch = take(signature.forwardScratch)
      backwardSteps.append(
        .recompute(
          Plan.ForwardStep(
            operation: operation,
            io: ForwardIO(
              inputs: node.inputs.map { recomputation.value(of: $0, for: id) ?? values[$0] },
              inputTypes: node.inputs.map { graph.nodes[$0].type }, output: slot, outputType: node.type,
              kept: keptSlot, scratch: scratch), origin: node.origin)))
      give(scratch)
      if !isKept { give(keptSlot) }
      for input in Set(node.inputs) where readers[input] == id { giveIfUnread(input, in: segment) }
      if readers[id] == nil { giveIfUnread(id, in: segment) }
    }
  }

  private mutating func giveIfUnread(_ id: Int, in segment: Range<Int>) {
    guard recomputation.segment(of: id) == segment, !recomputation.isReadBackward(id) else { return }
    if let slot = recomputation.value(of: id, for: id) { give(slot) }
  }
}

import Autodiff
import TestSupport

/// A random program over tensors of one shape: parameters and inputs, operations that pick their operands among
/// everything made so far, and several losses. The same seed makes the same program every time.
final class RandomGraph {
  let backend = CPUBackend(threads: 1)
  let store: ParameterStore
  private(set) var graph = Graph()
  private(set) var outputs: [Tensor] = []
  private var numbers: TestNumbers
  private var pool: [Tensor] = []
  private var inputs: [(tensor: Tensor, values: [Float])] = []
  private var indices: [(tensor: Tensor, values: [Int32])] = []
  private var matrices: [Tensor] = []
  private var vectors: [Tensor] = []
  private let rows: Int
  private let columns: Int

  init(seed: UInt64) {
    numbers = TestNumbers(seed: seed)
    store = ParameterStore(on: backend)
    rows = [1, 2, 5, 17][numbers.integer(below: 4)]
    columns = [2, 6, 8, 34][numbers.integer(below: 4)]
    makeLeaves()
    for _ in 0..<1 + numbers.integer(below: 8) {
      for _ in 0..<numbers.integer(below: 3) { append() }
      appendSegment(1 + numbers.integer(below: 5))
    }
    for _ in 0..<1 + numbers.integer(below: 3) { addLoss(on: pick()) }
    // One that a learned parameter reaches, so that there is always something to learn.
    addLoss(on: graph.add(pool[0], pool[pool.count - 1]))
    outputs += (0..<numbers.integer(below: 4)).map { _ in pick() }
  }

  private func makeLeaves() {
    let initializer = Initializer.normal(standardDeviation: 1 / Float(columns).squareRoot())
    func make(_ name: String, _ count: Int, _ shape: Shape) -> [Parameter] {
      (0..<count).map { index in
        let isTrainable = index == 0 || numbers.integer(below: 3) > 0
        return store.add("\(name).\(index)", shape, initializer, isTrainable: isTrainable)
      }
    }
    let states = make("state", 3, [rows, columns])
    let squares = make("matrix", 2, [columns, columns])
    let lines = make("vector", 2, [columns])
    store.reserve()
    store.initialize(seed: numbers.seed)
    pool = states.map { graph.parameter($0) }
    matrices = squares.map { graph.parameter($0) }
    vectors = lines.map { graph.parameter($0) }
    pool.append(input())
  }

  private func input() -> Tensor {
    let tensor = graph.input([rows, columns])
    inputs.append((tensor, numbers.normals(rows * columns)))
    return tensor
  }

  private func pick() -> Tensor { pool[numbers.integer(below: pool.count)] }
  private func pick(_ tensors: [Tensor]) -> Tensor { tensors[numbers.integer(below: tensors.count)] }

  private func append() {
    let (a, b) = (pick(), pick())
    switch numbers.integer(below: 10) {
    case 0: pool.append(graph.add(a, b))
    case 1: pool.append(graph.rmsNorm(graph.multiply(a, b), pick(vectors), epsilon: 1e-3))
    case 2: pool.append(graph.scale(a, by: -0.5))
    case 3: pool.append(graph.linear(a, pick(matrices)))
    case 4: pool.append(graph.rmsNorm(a, pick(vectors), epsilon: 1e-3))
    case 5: pool.append(graph.swiGLU(gate: a, up: b))
    case 6: pool.append(graph.addBias(a, pick(vectors)))
    case 7: pool.append(graph.silu(a))
    case 8:
      let ids = graph.input([rows], .int32)
      indices.append((ids, numbers.integers(rows, below: rows)))
      pool.append(graph.embedding(a, ids: ids))
    default: pool.append(attention(graph.rmsNorm(a, pick(vectors), epsilon: 1e-3), b, pick()))
    }
  }

  /// Several operations that a plan may compute twice.
  private func appendSegment(_ count: Int) {
    var whole = graph
    whole.segment { inside in
      graph = inside
      for _ in 0..<count { append() }
      inside = graph
    }
    graph = whole
  }

  private func attention(_ q: Tensor, _ k: Tensor, _ v: Tensor) -> Tensor {
    let size = AttentionSize(batch: 1, length: rows, heads: 1, kvHeads: 1, headSize: columns)
    let firstKey = graph.input([rows], .int32)
    indices.append((firstKey, [Int32](repeating: 0, count: rows)))
    return graph.attention(
      q: q, k: graph.rmsNorm(k, pick(vectors), epsilon: 1e-3), v: v, firstKey: firstKey, size, on: backend)
  }

  private func addLoss(on tensor: Tensor) {
    let scale = graph.input([1])
    inputs.append((scale, [0.5]))
    outputs.append(graph.cotangentLoss(tensor, cotangent: input(), scale: scale))
  }

  /// What a plan computes: the outputs, and every gradient, of two steps where the second adds to the first.
  struct Result: Equatable {
    var outputs: [[UInt32]] = []
    var gradients: [UInt32] = []
    var anomaly: String?
  }

  /// Plans, then runs twice; memory is NaN before the first step.
  func run(reusingMemory: Bool, recomputing: Bool = false) -> Result {
    let plan = Plan(
      graph, outputs: outputs, training: true, reusingMemory: reusingMemory, recomputing: recomputing,
      on: backend)
    let executor = Executor(plan, on: backend, mode: .checked)
    backend.fill(store.gradientSlab, .nan)
    for (tensor, values) in inputs { executor.write(values, to: tensor) }
    for (tensor, values) in indices { executor.write(values, to: tensor) }
    var result = Result()
    for step in 0..<2 {
      executor.forwardBackward(accumulating: step > 0)
      if let anomaly = executor.anomaly { result.anomaly = anomaly.description }
      result.outputs += outputs.map { executor.read($0).map(\.bitPattern) }
      result.gradients += backend.read(store.gradientSlab).map { $0.isNaN ? 0 : $0.bitPattern }
    }
    return result
  }

  /// Elements of memory with and without reuse.
  func memory() -> (planned: Int, unplanned: Int) {
    let plan = Plan(graph, outputs: outputs, training: true, on: backend)
    return (plan.activationCount, plan.unplannedCount)
  }
}

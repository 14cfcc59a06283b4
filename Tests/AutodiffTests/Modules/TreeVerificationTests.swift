import Autodiff
import TestSupport
import Testing

/// A draft tree through whole layers: one pass over a cache, and one packed pass, give for each node what reading its
/// path as plain text gives.
@Suite struct TreeVerificationTests {
  private static let size = 12
  private static let prompt = 9
  /// A node's parent among the nodes; -1 is the last token of the prompt.
  private static let parents = [-1, -1, 0, 0, 1, 2, 2, 4]

  private static var paths: [[Int]] {
    parents.indices.map { node in
      Array(sequence(first: node, next: { parents[$0] < 0 ? nil : parents[$0] })).reversed()
    }
  }

  /// Two layers over rows of numbers instead of tokens.
  private final class Layers {
    let backend = CPUBackend(threads: 2)
    let store: ParameterStore
    let rotary: RotaryTable
    private let blocks: [TransformerBlock]

    init() {
      store = ParameterStore(on: backend)
      let scope = ParameterScope(store)
      let initializer = Initializer.normal(standardDeviation: 0.4)
      blocks = (0..<2).map {
        TransformerBlock(
          scope("layers")($0), size: size, inner: 20, heads: 4, kvHeads: 2, headSize: 6, epsilon: 1e-5,
          initializer: initializer, residualInitializer: initializer)
      }
      store.reserve()
      store.initialize(seed: 5)
      rotary = RotaryTable(
        inverseFrequencies: RotaryTable.inverseFrequencies(headSize: 6, theta: 100), positionCount: 32,
        on: backend)
    }

    /// x: [n, size]; `integers` reach `context` as inputs of the given shapes.
    func run(
      _ x: [Float], positions: [Int], _ integers: [(shape: Shape, values: [Int])],
      _ context: ([Tensor]) -> AttentionContext
    ) -> [Float] {
      var g = Graph()
      let (input, places) = (g.input([positions.count, size]), g.input([positions.count], .int32))
      let tensors = integers.map { g.input($0.shape, .int32) }
      var y = input
      for (layer, block) in blocks.enumerated() {
        y = block(
          y, positions: places, rotary: rotary, layer: layer, context(tensors), on: backend, in: &g)
      }
      let executor = Executor(Plan(g, outputs: [y], training: false, on: backend), on: backend)
      executor.write(x, to: input)
      executor.write(positions.map(Int32.init), to: places)
      for (tensor, vector) in zip(tensors, integers) {
        executor.write(vector.values.map(Int32.init), to: tensor)
      }
      executor.forward()
      return executor.read(y)
    }
  }

  private let layers = Layers()
  private let text: [Float]
  private let nodes: [Float]

  init() {
    var numbers = TestNumbers("tree verification")
    text = numbers.normals(Self.prompt * Self.size)
    nodes = numbers.normals(Self.parents.count * Self.size)
  }

  private static func row(_ index: Int, of rows: [Float]) -> [Float] {
    Array(rows[index * size..<(index + 1) * size])
  }

  /// Each node's row when the prompt and its path are a text by themselves.
  private var expected: [[Double]] {
    Self.paths.map { path in
      let rows = Self.prompt + path.count
      let y = layers.run(
        text + path.flatMap { Self.row($0, of: nodes) }, positions: Array(0..<rows),
        [([rows], [Int](repeating: 0, count: rows))]
      ) { .packed(batch: 1, length: rows, firstKey: $0[0]) }
      return Self.row(rows - 1, of: y).map(Double.init)
    }
  }

  private var depths: [Int] { Self.paths.map { Self.prompt + $0.count - 1 } }

  private func expectEqual(_ y: [Float], from first: Int) {
    for (node, wanted) in expected.enumerated() {
      let problem = Tolerance(.float32, terms: 64).mismatch(Self.row(first + node, of: y), wanted)
      #expect(problem == nil, "node \(node)")
    }
  }

  @Test func aTreeOverACacheEqualsItsPaths() {
    let cache = KeyValueCache(
      layers: 2, CacheSize(lines: 2, capacity: 40, kvHeads: 2, headSize: 6), on: layers.backend)
    let (prompt, count) = (Self.prompt, Self.parents.count)
    _ = layers.run(
      text, positions: Array(0..<prompt),
      [([prompt], [Int](repeating: 1, count: prompt)), ([prompt], Array(0..<prompt))]
    ) { .cached(cache, sequences: $0[0], slots: $0[1]) }
    // Anywhere behind the prompt, in an order of their own.
    let slots = (0..<count).map { prompt + 30 - 3 * $0 }
    let width = Self.paths.map(\.count).max() ?? 0
    let ancestors = Self.paths.flatMap { path -> [Int] in
      path.map { slots[$0] }.sorted() + [Int](repeating: -1, count: width - path.count)
    }
    let y = layers.run(
      nodes, positions: depths,
      [
        ([count], [Int](repeating: 1, count: count)), ([count], slots),
        ([count], [Int](repeating: prompt, count: count)), ([count, width], ancestors),
      ]
    ) {
      .cachedTree(
        cache, sequences: $0[0], slots: $0[1], CachedTree(prefixEnd: $0[2], ancestors: $0[3]))
    }
    expectEqual(y, from: 0)
  }

  @Test func aPackedTreeEqualsItsPaths() {
    let rows = Self.prompt + Self.parents.count
    let parents = [Int32](repeating: -1, count: Self.prompt) + Self.parents.map { Int32(Self.prompt + $0) }
    let visible = VisibleKeys.trees(
      parents: parents, firstKey: [Int32](repeating: 0, count: rows), length: rows)
    let y = layers.run(
      text + nodes, positions: Array(0..<Self.prompt) + depths,
      [
        ([rows], visible.firstKey.map(Int.init)), ([rows], visible.endKey.map(Int.init)),
        ([rows, visible.extraCount], visible.extraKeys.map(Int.init)),
      ]
    ) {
      .packed(
        batch: 1, length: rows,
        mask: .rangesAndExtraKeys(firstKey: $0[0], endKey: $0[1], extraKeys: $0[2]))
    }
    expectEqual(y, from: Self.prompt)
  }
}

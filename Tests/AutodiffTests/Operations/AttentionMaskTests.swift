import Autodiff
import TestSupport
import Testing

/// What masks mean: which of them are equal, who cannot influence whom, and what they cost.
@Suite struct AttentionMaskTests {
  private static let size = AttentionSize(batch: 1, length: 60, heads: 4, kvHeads: 2, headSize: 12)
  private static let firstKey =
    [Int32](repeating: 0, count: 25) + [Int32](repeating: 25, count: size.length - 25)

  /// Under a mask of one to three vectors.
  private static func run(
    _ numbers: [[Int32]], _ values: [[Float]], _ size: AttentionSize = size
  ) -> AttentionProbe {
    AttentionProbe(numbers, values, size)
  }

  private static func values(_ title: String, _ size: AttentionSize = size) -> [[Float]] {
    AttentionProbe.values(title, size)
  }

  private static func ranges(_ visible: VisibleKeys) -> [[Int32]] { [visible.firstKey, visible.endKey] }

  @Test func rangesThatEndAtTheRowAreCausalToTheBit() {
    let values = Self.values("ranges")
    let causal = VisibleKeys.causal(firstKey: Self.firstKey, length: Self.size.length)
    #expect(Self.run(Self.ranges(causal), values) == Self.run([Self.firstKey], values))
  }

  @Test(arguments: [1, 7, 16, 17, 40, 200]) func aWindowIsARangeThatBeginsLater(window: Int) {
    let values = Self.values("window")
    var size = Self.size
    size.window = window
    let late = Self.firstKey.enumerated().map { max($1, Int32($0 - window + 1)) }
    let ends = Self.firstKey.indices.map { Int32($0 + 1) }
    #expect(Self.run([Self.firstKey], values, size) == Self.run([late, ends], values))
  }

  @Test func blocksOfOneAreCausalToTheBit() {
    let values = Self.values("blocks")
    let blocks = VisibleKeys.blocks(of: 1, firstKey: Self.firstKey, length: Self.size.length)
    #expect(blocks == VisibleKeys.causal(firstKey: Self.firstKey, length: Self.size.length))
    #expect(Self.run(Self.ranges(blocks), values) == Self.run([Self.firstKey], values))
  }

  /// Sums in another order: not to the bit.
  @Test(arguments: [1, 24, 43]) func aTreeThatIsAChainIsCausal(context: Int) {
    let (length, values) = (Self.size.length, Self.values("chain"))
    let parents = (0..<length).map { Int32($0 < context ? -1 : $0 - 1) }
    let firstKey = [Int32](repeating: 0, count: length)
    let chain = VisibleKeys.trees(parents: parents, firstKey: firstKey, length: length)
    let tree = Self.run(Self.ranges(chain) + [chain.extraKeys], values)
    let causal = Self.run([firstKey], values)
    let tolerance = Tolerance(.float32, terms: length)
    #expect(tolerance.mismatch(tree.output, causal.output.map(Double.init)) == nil)
    #expect(zip(tree.output, causal.output).allSatisfy { abs($0 - $1) < 1e-6 })
    for (own, expected) in zip(tree.gradients, causal.gradients) {
      #expect(tolerance.mismatch(own, expected.map(Double.init), cancellation: 1) == nil)
    }
  }

  /// Changes key and value of one node: only its descendants and itself may notice.
  @Test func siblingsDoNotInfluenceEachOther() {
    let (length, context, width) = (Self.size.length, 20, Self.size.heads * Self.size.headSize)
    let parents = (0..<length).map {
      Int32($0 < context ? -1 : $0 < context + 3 ? context - 1 : context + ($0 - context - 3) / 2)
    }
    let visible = VisibleKeys.trees(
      parents: parents, firstKey: [Int32](repeating: 0, count: length), length: length)
    let (numbers, values) = (Self.ranges(visible) + [visible.extraKeys], Self.values("siblings"))
    let before = Self.run(numbers, values)
    let (node, kvWidth) = (context + 1, Self.size.kvHeads * Self.size.headSize)
    var changed = values
    for element in node * kvWidth..<(node + 1) * kvWidth {
      changed[1][element] += 3
      changed[2][element] -= 2
    }
    let after = Self.run(numbers, changed)
    for row in 0..<length {
      let elements = row * width..<(row + 1) * width
      let list = visible.extraKeys[row * visible.extraCount..<(row + 1) * visible.extraCount]
      let sees = list.contains(Int32(node))
      #expect((before.output[elements] != after.output[elements]) == sees, "row \(row)")
      #expect((before.gradients[0][elements] != after.gradients[0][elements]) == sees, "row \(row)")
    }
  }

  /// Everything that a training step over `length` rows holds, in elements: no row of it may be as long as the keys.
  private static func memory(length: Int, _ kind: Int) -> Int {
    let size = AttentionSize(batch: 1, length: length, heads: 2, kvHeads: 1, headSize: 4)
    let backend = CPUBackend(threads: 2)
    let store = ParameterStore(on: backend)
    let leaves = zip(["q", "k", "v"], [8, 4, 4]).map {
      store.add($0, [length, $1], .constant(0.1), isTrainable: true)
    }
    store.reserve()
    store.initialize(seed: 1)
    var g = Graph()
    let shapes: [Shape] = [[length], [length], [length, 4]]
    let places = shapes.prefix(kind).map { g.input($0, .int32) }
    let x = leaves.map { g.parameter($0) }
    let mask = AttentionMask(places: Array(places))
    let y = g.attention(q: x[0], k: x[1], v: x[2], mask: mask, size, on: backend)
    _ = g.cotangentLoss(y, cotangent: g.input(y.shape), scale: g.input([1]))
    let plan = Plan(g, outputs: [y], training: true, on: backend)
    let executor = Executor(plan, on: backend)
    // Documents of 8 rows, so that a long sequence takes no time.
    let firstKey = (0..<length).map { Int32($0 / 8 * 8) }
    let numbers = [
      firstKey, firstKey.map { $0 + (kind == 2 ? 8 : 0) },
      firstKey.flatMap { [$0, $0 + 1, $0 + 3, kind == 3 ? $0 + 7 : -1] },
    ]
    for (place, values) in zip(places, numbers) { executor.write(values, to: place) }
    let (count, bytes) = (backend.reservationCount, backend.reservedBytes)
    executor.forwardBackward()
    #expect(backend.reservationCount == count && backend.reservedBytes == bytes)
    return bytes / 4
  }

  /// 16,384 rows: two heads' scores would take 536,870,912 elements.
  @Test(arguments: [1, 2, 3]) func memoryGrowsLinearlyWithLength(maskInputs: Int) {
    let memory = [1024, 2048, 4096, 8192, 16384].map { Self.memory(length: $0, maskInputs) }
    for (shorter, longer) in zip(memory, memory.dropFirst()) { #expect(longer <= 2 * shorter) }
    #expect(memory[4] < 16384 * 400)
  }

  @Test func aRangeOutsideTheKeysTraps() async {
    await #expect(processExitsWith: .failure) {
      let size = AttentionSize(batch: 1, length: 2, heads: 1, kvHeads: 1, headSize: 2)
      let values = [[Float]](repeating: [1, 2, 3, 4], count: 3)
      _ = AttentionMaskTests.run([[0, 0], [1, 3]], values, size)
    }
  }

  @Test func aKeyThatIsSeenTwiceTraps() async {
    await #expect(processExitsWith: .failure) {
      let size = AttentionSize(batch: 1, length: 2, heads: 1, kvHeads: 1, headSize: 2)
      let values = [[Float]](repeating: [1, 2, 3, 4], count: 3)
      _ = AttentionMaskTests.run([[0, 0], [1, 2], [1, -1, 0, -1]], values, size)
    }
  }

  @Test func aRowThatSeesNothingTraps() async {
    await #expect(processExitsWith: .failure) {
      let size = AttentionSize(batch: 1, length: 2, heads: 1, kvHeads: 1, headSize: 2)
      let values = [[Float]](repeating: [1, 2, 3, 4], count: 3)
      _ = AttentionMaskTests.run([[0, 1], [1, 1]], values, size)
    }
  }

  @Test func aMaskOfAnotherLengthTrapsWithTheOperation() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let size = AttentionSize(batch: 1, length: 2, heads: 1, kvHeads: 1, headSize: 2)
      var g = Graph()
      let x = g.input([2, 2])
      let mask = AttentionMask.ranges(firstKey: g.input([2], .int32), endKey: g.input([3], .int32))
      _ = g.attention(q: x, k: x, v: x, mask: mask, size, on: CPUBackend(threads: 1))
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(
      text.contains("attention: expected q float32 [2, 2]") || text.contains("attention: expected q [2, 2]"))
  }
}

import Autodiff
import TestSupport
import Testing

/// Keys of zeros beside what a mask shows.
@Suite struct ZeroKeyTests {
  private static let size = AttentionSize(batch: 1, length: 37, heads: 4, kvHeads: 2, headSize: 6)
  private static let firstKey =
    [Int32](repeating: 0, count: 20) + [Int32](repeating: 20, count: size.length - 20)

  /// Under a causal mask, with so many keys of zeros, if any.
  private static func run(_ zeroKeys: [Int32]?, _ values: [[Float]]) -> AttentionProbe {
    AttentionProbe([firstKey] + (zeroKeys.map { [$0] } ?? []), hasZeroKeys: zeroKeys != nil, values, size)
  }

  private static func values(_ title: String) -> [[Float]] { AttentionProbe.values(title, size) }

  /// By hand: a query that is orthogonal to its one key weighs it as much as each of three keys of zeros.
  @Test func aKeyOfZerosWeighsAsAScoreOfZero() {
    let size = AttentionSize(batch: 1, length: 1, heads: 1, kvHeads: 1, headSize: 2)
    let backend = CPUBackend(threads: 1)
    var g = Graph()
    let x = (0..<3).map { _ in g.input([1, 2]) }
    let places = (0..<2).map { _ in g.input([1], .int32) }
    let y = g.attention(
      q: x[0], k: x[1], v: x[2], mask: AttentionMask(places: places, hasZeroKeys: true), size, on: backend)
    let executor = Executor(Plan(g, outputs: [y], training: false, on: backend), on: backend)
    for (tensor, values) in zip(x, [[2, 0], [0, 5], [8, -4]] as [[Float]]) {
      executor.write(values, to: tensor)
    }
    for (tensor, value) in zip(places, [0, 3] as [Int32]) { executor.write([value], to: tensor) }
    executor.forward()
    #expect(executor.read(y) == [2, -1])
  }

  @Test func noneOfThemChangeNothingToTheBit() {
    let values = Self.values("none")
    let none = [Int32](repeating: 0, count: Self.size.length)
    #expect(Self.run(none, values) == Self.run(nil, values))
  }

  /// A row that sees some changes nothing in the rows beside it in the same panel.
  @Test func aRowWithoutKeepsItsBitsBesideOthers() {
    let (values, width) = (Self.values("beside"), 24)
    let counts = (0..<Self.size.length).map { Int32($0 % 3) }
    let (some, none) = (Self.run(counts, values), Self.run(nil, values))
    for (row, count) in counts.enumerated() {
      let elements = row * width..<(row + 1) * width
      #expect((some.output[elements] == none.output[elements]) == (count == 0), "row \(row)")
      #expect((some.gradients[0][elements] == none.gradients[0][elements]) == (count == 0), "row \(row)")
    }
  }

  @Test func fewerThanNoneTraps() async {
    await #expect(processExitsWith: .failure) {
      var counts = [Int32](repeating: 0, count: ZeroKeyTests.size.length)
      counts[3] = -1
      _ = ZeroKeyTests.run(counts, ZeroKeyTests.values("negative"))
    }
  }
}

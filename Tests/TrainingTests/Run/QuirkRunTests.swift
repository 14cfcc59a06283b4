import Autodiff
import Drafters
import Evaluation
import FileSystem
import TestSupport
import Testing
import Training

/// Runs that do what upstream's code does beside its papers.
@Suite struct QuirkRunTests {
  private static let eagle = "{kind: eagle, layer: {ffn: 64, heads: 2, kv_heads: 2}, fusion_bias: true}"
  private static let eagle3 = "{kind: eagle3, layer: {ffn: 64}, layers: [1, 2, 3]}"

  private static func recipe(_ drafter: String, _ quirks: String, unroll: String = "passes: 3, ") -> String {
    """
    name: quirks
    seed: 3
    target: {path: "\(repositoryRoot)checkpoints/nano-target"}
    drafter: \(drafter)
    data:
      stories: {kind: synthetic, domain: stories, count: 60}
    stages:
      - name: align
        kind: align
        steps: 5
        sequence_length: 32
        batch_size: 2
        accumulation: 2
        mixture: {stories: 1}
        objective: {ce: 0, forward_kl: 1, teacher: online}
        unroll: {\(unroll)quirks: \(quirks)}
    checkpoint: {every_steps: 2, keep_last: 2}
    """
  }

  @Test(arguments: [
    (eagle, "[mean-over-all-rows, unshifted-mask, multiplied-masks]"),
    (eagle3, "[mean-over-all-rows, unshifted-mask]"),
  ]) func aRunStoppedAndResumedEndsWithTheSameBits(_ drafter: String, _ quirks: String) throws {
    try expectSameBitsInPieces(Self.recipe(drafter, quirks))
  }

  /// Each quirk reaches what is trained, and none is the same as no key.
  @Test func eachQuirkTrainsOtherWeights() throws {
    let temporary = try TemporaryFolder()
    func weights(_ name: String, _ recipe: String) throws -> [Float] {
      let folder = try finishedRun(recipe, in: temporary.file(name))
      let store = try TrainedModel.load(folder.path, on: CPUBackend(threads: 1)).model.store
      return store.parameters.flatMap { store.read($0) }
    }
    let names = ["mean-over-all-rows", "unshifted-mask", "multiplied-masks"]
    let made = try names.map { try weights($0, Self.recipe(Self.eagle, "[\($0)]")) }
    let none = try weights("none", Self.recipe(Self.eagle, "[]"))
    let unset = Self.recipe(Self.eagle, "[]").replacing(", quirks: []", with: "")
    #expect(try weights("unset", unset) == none)
    let all = made + [none]
    for (index, one) in all.enumerated() {
      #expect(one.allSatisfy(\.isFinite) && !all[..<index].contains(one), "\(index)")
    }
  }

  @Test func whatDoesNotFitIsRefusedByItsKey() {
    func expectError(_ recipe: String, _ keys: [String], line: Int = #line) {
      var found: [String] = []
      do throws(RecipeErrors) {
        _ = try ResolvedRecipe.load(text: recipe, file: "r.yaml")
      } catch {
        found = error.errors.map(\.description)
      }
      #expect(found.count == keys.count, "line \(line): \(found)")
      for (error, key) in zip(found, keys) { #expect(error.contains(key), "line \(line): \(error)") }
    }
    let medusa = "{kind: medusa, heads: 3}"
    expectError(Self.recipe(Self.eagle, "[multiplied-masks, unshifted-mask]"), [])
    expectError(Self.recipe(Self.eagle3, "[unshifted-mask, mean-over-all-rows]"), [])
    expectError(
      Self.recipe(Self.eagle3, "[unshifted-mask, multiplied-masks]"), ["stages[0].unroll.quirks[1]"])
    expectError(Self.recipe(Self.eagle, "[unshifted-mask, unshifted-mask]"), ["stages[0].unroll.quirks[1]"])
    expectError(Self.recipe(Self.eagle, "[unshifted]"), ["stages[0].unroll.quirks[0]"])
    expectError(
      Self.recipe(medusa, "[unshifted-mask, mean-over-all-rows]", unroll: ""),
      ["stages[0].unroll.quirks[0]", "stages[0].unroll.quirks[1]"])
    expectError(
      Self.recipe("{hidden: 32, layers: 1, heads: 2, ffn: 64}", "[unshifted-mask]", unroll: ""),
      ["stages[0].unroll"])
  }
}

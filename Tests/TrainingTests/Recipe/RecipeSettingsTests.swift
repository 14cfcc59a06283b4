import Testing
import Training

@Suite struct RecipeSettingsTests {
  private func settings(_ arguments: [String] = []) throws -> RecipeSettings {
    RecipeSettings(
      try ResolvedRecipe.load(text: RecipeExamples.drafter, file: "r.yaml", arguments: arguments).recipe)
  }

  @Test func neutralKeysLeaveTheCanonicalTextAlone() throws {
    let changed = [
      "logging.every_steps=3", "checkpoint.keep_last=9", "threads=1", "name=other", "checked=true",
    ]
    #expect(try settings().canonicalText == settings(changed).canonicalText)
    #expect(try settings().changes(to: settings(changed)).allSatisfy(\.isNeutral))
    #expect(try settings().changes(to: settings(changed)).count == 5)
  }

  @Test func aChangeIsShownWithBothValues() throws {
    let changes = try settings().changes(
      to: settings(["stages.align.steps=21", "stages.align.ema.decay=0.5"]))
    #expect(changes.map(\.description) == ["stages[2].steps: 20 → 21", "stages[2].ema.decay: unset → 0.5"])
    #expect(changes.allSatisfy { !$0.isNeutral })
  }

  @Test func aRemovedKeyIsAChange() throws {
    let with = try settings(["stages.align.ema.decay=0.5"])
    #expect(try with.changes(to: settings()).map(\.description) == ["stages[2].ema.decay: 0.5 → unset"])
  }
}

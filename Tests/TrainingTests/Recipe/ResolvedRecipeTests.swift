import FileSystem
import TestSupport
import Testing
import Training

/// All that is wrong with a text, one line each; empty when it is a recipe.
func complaints(_ text: String, _ arguments: [String] = []) -> [String] {
  do {
    _ = try ResolvedRecipe.load(text: text, file: "r.yaml", arguments: arguments)
    return []
  } catch {
    return error.errors.map(\.description)
  }
}

@Suite struct ResolvedRecipeTests {
  @Test func aSmallRecipeTakesDefaultsForTheRest() throws {
    let recipe = try ResolvedRecipe.load(text: RecipeExamples.drafter, file: "r.yaml").recipe
    #expect(recipe.name == "tiny")
    #expect(recipe.stages.map(\.name) == ["pretrain", "corpus", "align", "score"])
    let align = try #require(recipe.stages[2].training)
    #expect(align.objective.forwardKL == 0.5)
    #expect(align.objective.teacher == .stored)
    #expect(align.tokensPerStep == 256 * 32)
    #expect(align.optimizer == .adamW(AdamWRecipe()))
    guard case .evaluate(let evaluate) = recipe.stages[3] else { return #expect(Bool(false)) }
    #expect(
      [evaluate.count, evaluate.promptTokens, evaluate.newTokens, evaluate.draftLength] == [64, 24, 160, 4])
  }

  @Test(arguments: RecipeExamples.allCases)
  func theResolvedTextReadsBackToTheSameRecipe(example: RecipeExamples) throws {
    let first = try ResolvedRecipe.load(text: example.text, file: "r.yaml")
    let second = try ResolvedRecipe.load(text: first.yaml, file: "config.yaml")
    #expect(first.recipe == second.recipe)
    #expect(second.yaml == first.yaml)
    let annotated = try ResolvedRecipe.load(text: first.annotatedYAML, file: "config.yaml")
    #expect(annotated.recipe == first.recipe)
  }

  @Test func anExplicitNullSurvivesTheRoundTrip() throws {
    let first = try ResolvedRecipe.load(
      text: RecipeExamples.drafter, file: "r.yaml", arguments: ["stages.align.clip.norm=null"])
    #expect(first.recipe.stages[2].training?.clip.norm == nil)
    #expect(try ResolvedRecipe.load(text: first.yaml, file: "c.yaml").recipe == first.recipe)
  }

  @Test func awkwardTextSurvivesTheRoundTrip() throws {
    let template = "Q: {prompt}\n\"A\" # no: comment\t\\ {response} – ü\u{85}"
    var recipe = try ResolvedRecipe.load(text: RecipeExamples.target, file: "r.yaml").recipe
    var source = FileSourceRecipe()
    source.path = "true"
    source.template = template
    recipe.data.entries[0].value = .file(source)
    #expect(try ResolvedRecipe.load(text: recipe.yaml, file: "c.yaml").recipe == recipe)
  }

  @Test func everyErrorIsReportedAtOnceWithItsPlace() {
    let text = """
      name: tiny
      sed: 3
      threads: many
      target: {path: t}
      drafter: {hidden: 64, layers: 0, heads: 4, ffn: 128}
      stages:
        - {name: a, kind: pretrian, steps: 10}
        - {name: b, kind: pretrain, mixture: {text: 1}}
      """
    #expect(
      complaints(text) == [
        "r.yaml:2:1: sed: unknown key. Did you mean 'seed'?",
        "r.yaml:3:10: threads: found 'many', expected a whole number from 1 to 1024",
        "r.yaml:5:31: drafter.layers: found '0', expected a whole number from 1 to 1000",
        "r.yaml:7:21: stages[0].kind: found 'pretrian', expected one of pretrain, continue, generate, features, "
          + "align, evaluate, export. Did you mean 'pretrain'?",
        "r.yaml:8:5: stages[1].steps: missing, expected a whole number from 1 to 1000000000. "
          + "Optimizer steps.",
      ])
  }

  @Test func keysGivenTwiceDoNotHideOtherErrors() {
    let text = "name: a\nseed: 1\nseed: 2\nseed: 3\nnmae: b\nstages: []\ntarget: {path: a, path: b}"
    #expect(
      complaints(text) == [
        "r.yaml:2:1: seed: this key is given twice. It stands on line 4 too; keep one",
        "r.yaml:3:1: seed: this key is given twice. It stands on line 4 too; keep one",
        "r.yaml:5:1: nmae: unknown key. Did you mean 'name'?",
        "r.yaml:7:10: path: this key is given twice. It stands on line 7 too; keep one",
      ])
  }

  @Test(arguments: [
    ("stages.align.steps=500", 500), ("stages[2].steps=1e3", 1000), ("stages.align.steps=1_000", 1000),
  ])
  func overridesFindStagesByNameAndIndex(argument: String, steps: Int) throws {
    let resolved = try ResolvedRecipe.load(
      text: RecipeExamples.drafter, file: "r.yaml", arguments: [argument])
    #expect(resolved.recipe.stages[2].training?.steps == steps)
    #expect(resolved.annotatedYAML.contains("steps: \(steps)"))
    #expect(resolved.annotatedYAML.contains("# command line"))
  }

  @Test func overridesMakeSectionsAndReplaceWholeValues() throws {
    let recipe = try ResolvedRecipe.load(
      text: RecipeExamples.drafter, file: "r.yaml",
      arguments: [
        "stages.pretrain.optimizer.kind=lion", "stages.pretrain.ema.decay=0.9", "logging.every_steps=1",
        "stages.corpus.temperatures=[0, 1]", "seed=1", "seed=2",
      ]
    ).recipe
    #expect(recipe.stages[0].training?.optimizer == .lion(LionRecipe()))
    #expect(recipe.stages[0].training?.ema?.decay == 0.9)
    #expect(recipe.logging.everySteps == 1)
    #expect(recipe.seed == 2)
    guard case .generate(let generate) = recipe.stages[1] else { return #expect(Bool(false)) }
    #expect(generate.temperatures == [0, 1])
  }

  @Test(arguments: [
    (
      "stages.algin.steps=5",
      "stages: 'stages.algin.steps=5' names 'algin', which is not there. Did you mean 'align'?"
    ),
    ("stages[9].steps=5", "stages: 'stages[9].steps=5' asks for item 9, expected one of 0 to 3"),
    ("sed=5", "sed: unknown key in 'sed=5' of the command line. Did you mean 'seed'?"),
    ("name.x=5", "name: 'name.x=5' asks for 'x' inside a plain value"),
    (
      "stages.align.steps=few",
      "stages[2].steps: found 'few' in 'stages.align.steps=few' of the command line, expected a whole number "
        + "from 1 to 1000000000"
    ),
    (
      "steps",
      "'steps' is no override, expected section.key=value. For example: stages.align.steps=500 or "
        + "stages[2].optimizer.lr=1e-3"
    ),
  ])
  func aWrongOverrideSaysWhatItMeant(argument: String, complaint: String) {
    #expect(complaints(RecipeExamples.drafter, [argument]) == [complaint])
  }
}

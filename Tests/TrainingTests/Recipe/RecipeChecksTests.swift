import Testing
import Training

@Suite struct RecipeChecksTests {
  /// What to change in the good drafter recipe, and a part of the complaint that must follow.
  static let contradictions: [(String, String)] = [
    ("drafter.heads=5", "drafter.heads: 5 heads do not divide hidden 64"),
    ("drafter.kv_heads=3", "drafter.kv_heads: 3 key-value heads do not divide 4 heads"),
    ("drafter.head_dim=7", "drafter.head_dim: heads of width 7"),
    (
      "drafter.max_positions=100",
      "stages[0].sequence_length: rows of 256 tokens for a model of 100 positions"
    ),
    ("drafter.init.layers=[0]", "drafter.init.layers: layers have no use with from: random"),
    ("drafter.init={from: target, layers: [0, 1]}", "2 target layers for 1 layers"),
    ("drafter.init={from: target, embedding: false}", "from: target takes nothing from the target"),
    ("target=null", "drafter: a drafter without a target"),
    ("drafter=null", "nothing to train"),
    ("tokenizer.train.vocabulary=512", "tokenizer.train: a drafter speaks its target's tokens"),
    ("data.text.holdout=0", "prompts.held.source: 'text' keeps nothing from training"),
    ("prompts.held.source=txt", "Did you mean 'text'?"),
    (
      "stages.score.prompts=[hold]",
      "stages[3].prompts[0]: there is no set of prompts 'hold'"
    ),
    (
      "stages=[{name: score, kind: evaluate, floor: 3}]",
      "stages[0].floor: a floor, and no training stage before it"
    ),
    (
      "data.text={kind: file, path: a.jsonl, template_variables: {a: 1}}",
      "data.text.template_variables: variables, and no"
    ),
    ("stages.score.floor=17", "expected a whole number from 0 to 16"),
    ("stages.score.draft_vocabulary={calibration: [text]}", "stages[3].draft_vocabulary.size: missing"),
    (
      "stages.score.draft_vocabulary={size: 9, calibration: [corpsu]}",
      "stages[3].draft_vocabulary.calibration[0]: there is no data source or earlier generate"
    ),
    (
      "stages=[{name: score, kind: evaluate, draft_vocabulary: {size: 9}}]",
      "stages[0].draft_vocabulary: nothing to count tokens in"
    ),
    (
      "stages=[{name: out, kind: export, formats: [hf], draft_vocabulary: {size: 9, calibration: [text]}}]",
      "stages[0].draft_vocabulary: a draft vocabulary in a file of the format 'hf'"
    ),
    ("prompts=null", "stages[3]: there are no prompts"),
    (
      "stages.align.mixture={corpsu: 1}",
      "stages[2].mixture.corpsu: there is no data source or earlier generate"
    ),
    (
      "stages.pretrain.mixture={corpus: 1}",
      "stages[0].mixture.corpus: there is no data source or earlier generate"
    ),
    ("stages.corpus.name=align", "two stages are called 'align'"),
    ("stages.corpus.name=text", "a data source is called 'text' too"),
    ("stages.corpus.top_k_logits=0", "'corpus' stores no logits, and teacher is stored"),
    ("stages.corpus.magpie=0.5", "stages[1]: no prompts, and magpie is 0.5"),
    ("stages.corpus.temperatures=[]", "stages[1].temperatures: no temperatures"),
    ("stages.align.mixture={text: 1}", "'text' is text without target logits"),
    ("stages.align.objective.teacher=none", "losses that compare with the target, and teacher: none"),
    ("stages.align.objective.forward_kl=0", "a teacher that no loss asks"),
    ("stages.pretrain.objective.ce=0", "every weight is 0"),
    ("stages.pretrain.objective.tail=renormalise", "tail speaks of stored logits"),
    ("stages.pretrain.schedule.warmup_steps=11", "warm-up and decay take 11 of 10 steps"),
    ("stages.pretrain.schedule={kind: wsd, warmup_steps: 9}", "warm-up and decay take 11 of 10 steps"),
    ("stages.pretrain.optimizer.betas=[0.9]", "stages[0].optimizer.betas: 1 betas"),
    ("stages.pretrain.optimizer={kind: sgd, betas: [0.9, 0.9]}", "stages[0].optimizer.betas: unknown key"),
    ("name=a b", "'a b' is no name"),
    ("stages=[]", "there are no stages"),
  ]

  @Test(arguments: contradictions)
  func aContradictionIsFoundBeforeTheRun(change: String, complaint: String) {
    let found = complaints(RecipeExamples.drafter, [change])
    #expect(found.contains { $0.contains(complaint) }, "\(found)")
  }

  @Test func complaintsPointAtTheFile() {
    let text = RecipeExamples.drafter.replacing("heads: 4", with: "heads: 5")
    #expect(
      complaints(text) == [
        "r.yaml:3:41: drafter.heads: 5 heads do not divide hidden 64. Choose a divisor, or give head_dim"
      ])
  }

  @Test func aTargetRecipeHasNothingToVerifyWith() {
    let evaluate = "stages=[{name: e, kind: evaluate}]"
    let found = complaints(RecipeExamples.target, [evaluate])
    #expect(found.contains { $0.contains("evaluation verifies with a target, and there is none") })
    #expect(
      complaints(RecipeExamples.target, ["tokenizer=null"]).first?.contains("there is no target") == true)
    #expect(
      complaints(RecipeExamples.target, ["tokenizer.from=x"]).first?.contains("both from and train") == true)
  }
}

/// The smallest recipes that pass all checks, for tests to spoil.
enum RecipeExamples: CaseIterable {
  case ofDrafter, ofTarget

  var text: String { self == .ofDrafter ? Self.drafter : Self.target }

  static let drafter = """
    name: tiny
    target: {path: some/target}
    drafter: {hidden: 64, layers: 1, heads: 4, ffn: 128}
    data:
      text: {kind: synthetic, domain: stories, count: 100, holdout: 0.1}
    prompts:
      held: {kind: holdout, source: text}
    stages:
      - name: pretrain
        kind: pretrain
        steps: 10
        mixture: {text: 1}
      - name: corpus
        kind: generate
        magpie: 1
        tokens: 1000
        top_k_logits: 8
      - name: align
        kind: align
        steps: 20
        mixture: {corpus: 1}
        objective: {ce: 0.5, forward_kl: 0.5, teacher: stored}
      - {name: score, kind: evaluate}
    """

  static let target = """
    name: base
    tokenizer: {train: {vocabulary: 512}}
    model: {hidden: 64, layers: 1, heads: 4, ffn: 128}
    data:
      text: {kind: file, path: a.txt}
    stages:
      - {name: pretrain, kind: pretrain, steps: 10, mixture: {text: 1}}
    """
}

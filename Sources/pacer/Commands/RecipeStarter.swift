/// The recipe that `pacer recipe new` writes: FastDraft on one target and one text.
struct RecipeStarter {
  let name: String
  let target: String?
  let text: String?

  /// What the command line must still give.
  var missingInputs: String {
    (target == nil ? " target=…" : "") + (text == nil ? " text=…" : "")
  }

  private var inputs: String {
    var lines = [String]()
    if target == nil { lines.append("  target: a Hugging Face folder, or model.bin:tokenizer.bin") }
    if text == nil { lines.append("  text: training text, .txt, .json or .jsonl") }
    return lines.isEmpty ? "" : "\ninputs:\n" + lines.joined(separator: "\n") + "\n"
  }

  private var validName: String {
    let allowed = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    return allowed.first?.isLetter == true ? String(allowed.prefix(64)) : "drafter"
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// YAML with a comment at every choice that matters.
  var yaml: String {
    """
    # A drafter by FastDraft: pretrain on text, let the target write, align with what it wrote.
    # All keys, ranges and defaults: pacer recipe schema --markdown

    name: \(validName)
    seed: 1
    \(inputs)
    target: {path: \(Self.quoted(target ?? "${target}"))}

    # Drafting must be cheap: aim at a tenth of the target's parameters or less, and few layers.
    drafter:
      hidden: 64
      layers: 1
      heads: 4
      kv_heads: 2
      ffn: 176

    # One document in twenty is kept from training, by hash, and its beginning is a prompt.
    data:
      text: {kind: file, path: \(Self.quoted(text ?? "${text}")), holdout: 0.05}
    prompts:
      held-out: {kind: holdout, source: text}

    stages:
      - name: pretrain
        kind: pretrain
        steps: 300
        sequence_length: 256
        batch_size: 32
        mixture: {text: 1}
        optimizer: {kind: adamw, lr: 4e-3}
        schedule: {kind: cosine, warmup_steps: 30}

      # Half of the texts begin with a document, half with nothing but the start of a text.
      - name: corpus
        kind: generate
        prompts: {text: 1}
        magpie: 0.5
        tokens: 500_000
        temperatures: [0, 0.6, 0.8, 1.0]
        max_new_tokens: 192

      - name: align
        kind: align
        steps: 500
        sequence_length: 256
        batch_size: 32
        mixture: {corpus: 1}
        optimizer: {kind: adamw, lr: 4e-3}
        schedule: {kind: cosine, warmup_steps: 20}
        objective: {ce: 0.5, forward_kl: 0.5, teacher: online}

      # floor: what a mere 5-gram model of the same corpus reaches; a drafter is worth its price above that only.
      - {name: evaluate, kind: evaluate, draft_length: 4, floor: 5}
      - {name: export, kind: export, formats: [engine, hf], dtype: f16}

    """
  }
}

import Drafters
import Models
import Training

/// The recipe that `pacer recipe new` writes: FastDraft on one target and one text.
struct RecipeStarter {
  let name: String
  let target: String?
  let text: String?
  private let architecture: ModelConfiguration?
  private let size: StandaloneSize

  /// A recipe sized for its target; for an unknown one, for a target of a million parameters or so.
  ///
  /// - Throws: `InputError` when the target cannot be opened.
  init(name: String, target: String?, text: String?) throws {
    (self.name, self.target, self.text) = (name, target, text)
    architecture = try target.map { try ModelLoader.open(path: $0).configuration }
    size = architecture.map { StandaloneSize(for: $0) } ?? StandaloneSize(hidden: 64, layers: 1)
  }

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

  /// Where the drafter's size comes from.
  private var sizeComment: String {
    guard let architecture else { return "" }
    let drafter = size.configuration(for: architecture).parameterCount
    let percent = 100 * Double(drafter) / Double(architecture.parameterCount)
    return """

      # This one is about a quarter as wide as the target and a quarter as deep, two layers at most:
      # \(NumberText.grouped(drafter)) parameters, \(Int(percent.rounded())) % of the target's \
      \(NumberText.grouped(architecture.parameterCount)) (hidden \(architecture.hiddenSize), \(architecture.layerCount) layers).
      """
  }

  /// `wanted`, or as much as the target's positions leave beside `others`.
  private func tokens(_ wanted: Int, beside others: Int = 0) -> Int {
    architecture.map { max(2, min(wanted, $0.maxPositions - others)) } ?? wanted
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

    # Drafting must be cheap: aim at a tenth of the target's parameters or less, and few layers.\(sizeComment)
    drafter:
      hidden: \(size.hidden)
      layers: \(size.layers)
      heads: \(size.heads)
      kv_heads: \(size.keyValueHeads)
      ffn: \(size.feedForward)

    # One document in twenty is kept from training, by hash, and its beginning is a prompt.
    data:
      text: {kind: file, path: \(Self.quoted(text ?? "${text}")), holdout: 0.05}
    prompts:
      held-out: {kind: holdout, source: text}

    stages:
      - name: pretrain
        kind: pretrain
        steps: 300
        sequence_length: \(tokens(256))
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
        max_new_tokens: \(tokens(192, beside: 25))

      - name: align
        kind: align
        steps: 500
        sequence_length: \(tokens(256))
        batch_size: 32
        mixture: {corpus: 1}
        optimizer: {kind: adamw, lr: 4e-3}
        schedule: {kind: cosine, warmup_steps: 20}
        objective: {ce: 0.5, forward_kl: 0.5, teacher: online}

      # floor: what a mere 5-gram model of the same corpus reaches; a drafter is worth its price above that only.
      - name: evaluate
        kind: evaluate
        draft_length: 4
        new_tokens: \(tokens(160, beside: 30))
        floor: 5
      - {name: export, kind: export, formats: [engine, hf], dtype: f16}

    """
  }
}

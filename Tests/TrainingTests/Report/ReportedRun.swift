import FileSystem
import TestSupport
import Training

/// Small runs with the logs that the command line keeps, for reports.
enum ReportedRun {
  /// A name that would do harm where it is not escaped; recipes write it in YAML's double quotes.
  static let hostile = "<b>&'x'"

  private static func recipe(drafter: String, align: String, evaluate: String) -> String {
    """
    name: reported
    seed: 3
    target: {path: "\(repositoryRoot)checkpoints/nano-target"}
    drafter: \(drafter)
    data:
      stories: {kind: synthetic, domain: stories, count: 60}
    prompts:
      stories: {kind: file, path: "\(repositoryRoot)assets/prompts/stories.jsonl"}
      sums: {kind: holdout, source: math, domain: "\(hostile)"}
    stages:
      - {name: align, kind: align, steps: 8, sequence_length: 32, batch_size: 2, mixture: {stories: 1},
         objective: {ce: 0, forward_kl: 1, teacher: online}\(align)}
      - {name: measure, kind: evaluate, count: 2, new_tokens: 24\(evaluate)}
    checkpoint: {every_steps: 4, keep_last: 2}
    evaluation: {every_steps: 4, count: 2, new_tokens: 8}
    logging: {every_steps: 1}
    """.replacing(
      "  stories: {kind: synthetic, domain: stories, count: 60}\n",
      with: """
          stories: {kind: synthetic, domain: stories, count: 60}
          math: {kind: synthetic, domain: math, count: 20, holdout: 0.2}

        """)
  }

  /// A drafter of hidden states that drafts trees.
  static let tree = recipe(
    drafter: "{kind: eagle, layer: {ffn: 64, heads: 2, kv_heads: 2}, fusion_bias: true}",
    align: ", unroll: {passes: 2}", evaluate: ", tree: {nodes: 9, depth: 2, top_k: 3}")

  /// A language model that drafts chains.
  static let chain = recipe(
    drafter: "{hidden: 16, layers: 1, heads: 2, ffn: 32}", align: "", evaluate: ", draft_length: 3, floor: 2")

  /// A whole run, with its logs.
  static func finished(_ recipe: String, in path: String) throws -> RunFolder {
    let folder = RunFolder(path)
    try Directory.create(path)
    let log = try TextLog(path: folder.log, every: 1, draftLength: 4)
    let metrics = try MetricsLog(path: folder.metrics, every: 1)
    try log.receive(.warning("look at \(hostile)"))
    return try finishedRun(recipe, in: path, observedBy: [metrics, log])
  }
}

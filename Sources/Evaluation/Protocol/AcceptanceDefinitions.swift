/// Which definition each number uses: the key of the JSON object and one sentence.
package enum AcceptanceDefinitions {
  /// The definitions, in the order in which the numbers are printed.
  package static let all: [(key: String, text: String)] = [
    (
      "tau",
      "mean acceptance length: tokens / cycles = mean accepted drafted tokens + 1 (the target's own token), "
        + "over all cycles of all prompts (micro); 1 means that the drafter never helps"
    ),
    ("tau_macro", "mean over the prompts of each prompt's own tau"),
    (
      "acceptance_rate",
      "accepted / drafted tokens; those behind a rejected one count as drafted; of a tree its levels are counted"
    ),
    (
      "per_depth",
      "entry i: share of accepted among the i-th drafted tokens before which all were accepted"
    ),
    ("verified_nodes", "drafted tokens that a call of the target verifies, mean; all those of a tree"),
    ("mean_draft_length", "tokens drafted one after another in a cycle, mean; levels of a tree"),
    ("discard_rate", "verified tokens of the drafter that were not accepted / tokens"),
    ("verification_rate", "calls of the target / tokens: 1 / tau"),
    ("block_efficiency", "tokens per call of the target: the same number as tau"),
    (
      "mbsu",
      "memory-bound speed-up: tau / (c · calls of the drafter in a cycle + 1), c = bytes of weights read for a token of the drafter / the target, "
        + "an embedding that is not the head as well left out"
    ),
    (
      "speedup",
      "measured on this machine: new tokens per second with the drafter / without, batch 1, prefill included"
    ),
    (
      "cycles",
      "calls of the target on drafts; the prefill is none, and a cycle is left out if it began with less room "
        + "than the drafted levels + 1 tokens or was cut by an end-of-sequence token"
    ),
    ("tokens", "new tokens of these cycles"),
    (
      "greedy_equal",
      "prompts whose greedy text with the drafter equals the target's own; ties: texts that part where the "
        + "target's best two tokens are within 1e-4 in log-probability; different: all others"
    ),
    ("domains", "the same figures for the prompts of one kind"),
    (
      "floor",
      "the same figures with an n-gram model (interpolated, Witten-Bell) in the drafter's place that counted the "
        + "text the drafter learnt; advantage: the drafter's tau less the floor's, paired over prompts"
    ),
    (
      "interval",
      "bootstrap over prompts, percentiles: 1,000 resamples and 95 % unless stated otherwise"
    ),
  ]
}

import Evaluation
import Randomness

/// Logs for tests.
enum LogFactory {
  /// A log of whole cycles with the given accepted counts per prompt.
  static func log(accepted: [[Int]], drafted: Int, domains: [String?]? = nil) -> AcceptanceLog {
    var log = AcceptanceLog(domains: domains ?? accepted.map { _ in nil })
    for (prompt, counts) in accepted.enumerated() {
      for count in counts {
        log.record(
          VerificationCycle(drafted: drafted, accepted: count, emitted: count + 1, isCut: false),
          prompt: prompt)
      }
    }
    return log
  }

  /// `cycles` geometric cycles per prompt with a chance of `alpha` per token that differs by prompt, and `shift`
  /// added to it.
  static func random(prompts: Int, cycles: Int, alpha: Double, shift: Double = 0, seed: UInt64)
    -> AcceptanceLog
  {
    let philox = Philox(seed: seed, purpose: .other(2))
    let difficulty = Philox(seed: 1, purpose: .other(3))
    let accepted = (0..<prompts).map { (prompt: Int) -> [Int] in
      let own = alpha + shift + 0.3 * (difficulty.uniform(step: 0, index: UInt64(prompt)) - 0.5)
      return (0..<cycles).map { (cycle: Int) -> Int in
        (0..<4).prefix { depth in
          philox.uniform(step: UInt64(prompt), index: UInt64(cycle * 4 + depth)) < own
        }.count
      }
    }
    return log(accepted: accepted, drafted: 4)
  }
}

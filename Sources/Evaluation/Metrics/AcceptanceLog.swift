/// Every verification cycle of a run, prompt by prompt. The prefill, which yields a prompt's first new token, is
/// no cycle and does not appear.
package struct AcceptanceLog: Sendable, Hashable {
  /// The cycles of one prompt, in the order in which they happened.
  package struct Prompt: Sendable, Hashable {
    /// What kind of text the prompt asks for, or nil.
    package let domain: String?
    /// All cycles, cut ones included.
    package internal(set) var cycles: [VerificationCycle] = []

    /// The record of a prompt that has seen no cycle yet.
    package init(domain: String?) { self.domain = domain }
  }

  /// The prompts in the order in which they were asked.
  package private(set) var prompts: [Prompt]

  /// An empty log of prompts of the given domains.
  package init(domains: [String?]) {
    prompts = domains.map { Prompt(domain: $0) }
  }

  /// Appends a cycle to the record of the prompt with this index.
  package mutating func record(_ cycle: VerificationCycle, prompt: Int) {
    prompts[prompt].cycles.append(cycle)
  }

  /// The names of the domains, each once, in order of first appearance.
  package var domains: [String] {
    var names: [String] = []
    for prompt in prompts {
      if let domain = prompt.domain, !names.contains(domain) { names.append(domain) }
    }
    return names
  }

  /// The part of the log that belongs to one domain.
  package func restricted(to domain: String) -> AcceptanceLog {
    var part = AcceptanceLog(domains: [])
    part.prompts = prompts.filter { $0.domain == domain }
    return part
  }
}

import Testing
import Training

/// Texts that would exhaust a careless reader must end in a sentence.
@Suite struct YAMLGuardTests {
  @Test func aBillionLaughsAreRefused() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(complaints(text).first?.contains("too many anchors or aliases") == true)
  }

  @Test func aliasesCountWhereTheyStand() {
    let big = Array(repeating: "x", count: 900).joined(separator: ", ")
    let text = "a: &a [\(big)]\nb: [" + Array(repeating: "*a", count: 30).joined(separator: ", ") + "]"
    #expect(complaints(text).first?.contains("more than 20000 values") == true)
  }

  @Test(arguments: ["[", "- ", "{a: ", "? "])
  func deepNestingIsRefused(opening: String) {
    let text = String(repeating: opening, count: 100_000)
    #expect(complaints(text).first?.contains("nesting too deep") == true)
  }

  @Test func deepIndentationIsRefused() {
    let text = (0..<200).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    #expect(complaints(text).first?.contains("nesting too deep") == true)
  }

  @Test func largeFilesAreRefused() {
    let text = "# " + String(repeating: "x", count: 1 << 20)
    #expect(complaints(text).first?.contains("expected a recipe of at most 1 MiB") == true)
  }

  @Test(arguments: [
    "a: [", "\t- a", "name: \"abc", "a: b: c", "%YAML 9", "--- a\n--- b", "*x", "a: *x", "? [a]\n: b",
    "\u{0}", "- a", "just text", "", "!!binary x", "a: !unknown {b: 1}", "\u{FEFF}name: 3", "<<: {name: a}",
    "name: ~", "name: []", "stages: 3", "stages: [3]", "stages: [[]]", "data: {9x: {kind: file, path: a}}",
    "name: \"a\\0b\"", "seed: 99999999999999999999", "seed: -1", "seed: 0x10", "seed: 1.5", "seed: \"1\"",
    "drafter: {rope_theta: .inf}", "drafter: {rope_theta: nan}", "drafter: {tie_embeddings: yes}",
    "name: a\u{0}", "[]: 3", "{a: 1}: 3",
  ])
  func whatIsNoRecipeEndsInASentence(text: String) {
    #expect(!complaints(text).isEmpty)
  }

  @Test func brokenYAMLIsShownWithItsPlace() {
    #expect(
      complaints("name: a\nstages: [\n") == [
        "r.yaml:3:1: not YAML: did not find expected node content while parsing a flow node of line 3"
      ])
  }
}

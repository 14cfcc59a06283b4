internal import Charts
internal import Evaluation
internal import Foundation

/// Draft trees of some cycles, with what the target made of them.
struct TreeSection {
  /// Where trees come from: an evaluation, or a decoding for this report.
  struct Source {
    let title: String
    let trees: [SpelledTree]
  }

  private let sources: [Source]
  /// Trees of each prompt that are drawn.
  private let cycleCount: Int

  init(_ sources: [Source], cycleCount: Int) {
    self.sources = sources.filter { !$0.trees.isEmpty }
    self.cycleCount = cycleCount
  }

  var section: ReportSection {
    guard !sources.isEmpty else {
      return ReportSection(
        "trees", "Draft trees",
        [
          .tag(
            "p", ["class": "absent"],
            [
              "No draft trees are recorded in this folder. Evaluate stages record some once they are done; ",
              .tag("code", "pacer report RUN --prompt TEXT"), " decodes a prompt for the page.",
            ])
        ])
    }
    return ReportSection("trees", "Draft trees", [legend] + sources.enumerated().map(markup))
  }

  private var legend: Markup {
    let meanings: [(TreeDiagram.Role, String)] = [
      (.root, "last token of the text"), (.accepted, "drafted and accepted"),
      (.correction, "the target's own token"),
      (.rejected, "judged and rejected"), (.unreached, "behind a rejected one"),
    ]
    let items = meanings.map { role, meaning in
      Markup.tag(
        "li",
        [
          TreeDiagram(
            [.init(parent: nil, text: "token", detail: "", hint: meaning, role: role)], label: meaning
          ).markup, .text(meaning),
        ])
    }
    return .group([
      .tag("ul", ["class": "legend roles"], items),
      ReportSection.note(
        "Each box is a token that the drafter proposed after the box to its left, with the probability it gave it there. "
          + "The accepted path is the straight line on top. ␣ is a space, ↵ a line break, ⇥ a tabulator."),
    ])
  }

  private func markup(_ index: Int, _ source: Source) -> Markup {
    let prompts = source.trees.reduce(into: [Int]()) {
      if $0.last != $1.verified.prompt { $0.append($1.verified.prompt) }
    }
    let content = prompts.enumerated().flatMap { place, prompt in
      source.trees.filter { $0.verified.prompt == prompt }.prefix(cycleCount).enumerated().map {
        cycle, tree in
        // One tree says how to read the others; all of them at once would bury the rest of the page.
        markup(tree, cycle: cycle + 1, isOpen: cycle == 0 && (index == 0 || place == 0))
      }
    }
    return .group([.tag("h3", source.title)] + content)
  }

  private func markup(_ tree: SpelledTree, cycle: Int, isOpen: Bool) -> Markup {
    let shape = tree.verified.tree
    let accepted = tree.verified.verdict.acceptedCount
    let name = tree.domain.map { "\($0), " } ?? ""
    let summary =
      "\(name)cycle \(cycle): \(accepted) of \(shape.maximumDepth) levels accepted, \(shape.count - 1) tokens drafted"
    let context = String(tree.context.suffix(Self.contextLength))
    let before = (context.count < tree.context.count ? "… " : "") + context
    let content: [Markup] = [
      .tag("summary", summary),
      .tag(
        "p", ["class": "context"],
        [.text(VisibleText.of(before, keepsLines: true)), .tag("mark", VisibleText.of(tree.texts[0]))]),
      .tag("div", ["class": "scroll tree", "tabindex": "0"], [DrawnTree(tree).diagram.markup]),
    ]
    return isOpen ? .tag("details", ["open": "open"], content) : .tag("details", content)
  }

  private static let contextLength = 400
}

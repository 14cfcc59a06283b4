// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What each property means stands once, in `fields`, from where `recipe schema` and the reference page take it.

package import Evaluation
package import FileSystem

/// What a drafter writes in a cycle, where it is more than a chain.
public enum TreeRecipe: RecipeUnion {
  public static let documentation = "A tree of drafted tokens, verified in one call."

  /// Grown where the drafter is confident.
  case dynamic(DynamicTreeRecipe)
  /// The same in every cycle.
  case `static`(StaticTreeRecipe)

  public static var standardKind: String? { "dynamic" }

  public static var alternatives: [RecipeAlternative<TreeRecipe>] {
    [
      RecipeAlternative("dynamic", TreeRecipe.dynamic) { if case .dynamic(let it) = $0 { it } else { nil } },
      RecipeAlternative("static", TreeRecipe.static) { if case .static(let it) = $0 { it } else { nil } },
    ]
  }

  /// The shape.
  ///
  /// - Throws: `InputError` (usage) for numbers that make no tree.
  package func shape() throws(InputError) -> DraftShape {
    switch self {
    case .dynamic(let it):
      .dynamic(try TreeSize(nodeCount: it.nodes, depth: it.depth, topK: it.topK))
    case .static(let it): .fixed(try it.tree(), it.candidates.draw)
    }
  }
}

/// A section that says what is drafted in a cycle.
protocol DraftShapeRecipe {
  /// Tokens of a chain.
  var draftLength: Int { get }
  /// Ends the chain early.
  var stop: StopRecipe? { get }
  /// A tree in its place.
  var tree: TreeRecipe? { get }
}

extension DraftShapeRecipe {
  /// What is drafted in a cycle.
  ///
  /// - Throws: `InputError` (usage) for numbers that make no tree or no chain.
  func shape() throws(InputError) -> DraftShape {
    if let tree { return try tree.shape() }
    return if let stop { .adaptive(try stop.chain(draftLength: draftLength)) } else { .chain(draftLength) }
  }

  /// Positions that a cache needs behind a text; recipes with numbers that make none have been refused.
  var room: Int { (try? shape())?.room ?? 0 }
}

/// EAGLE-2's tree.
public struct DynamicTreeRecipe: RecipeSection {
  public static let documentation =
    "A tree that grows where the drafter is confident, and of which the likeliest nodes are verified (EAGLE-2)."

  public var nodes = 60
  public var depth = 7
  public var topK = 10

  /// EAGLE-3's numbers.
  public init() {}

  public static var fields: [RecipeField<DynamicTreeRecipe>] {
    [
      .init("nodes", \.nodes, "Nodes that the target verifies, the root included.", in: .between(2, 1024)),
      .init(
        "depth", \.depth, "Expansions after the first level: 7 give 8 levels of drafted tokens.",
        in: .between(0, 64)),
      .init(
        "top_k", \.topK, "Tokens that a node proposes, and nodes that are expanded at a time.",
        in: .between(1, 256)),
    ]
  }
}

/// A tree of one shape.
public struct StaticTreeRecipe: RecipeSection {
  public static let documentation = "The same tree in every cycle (Medusa, EAGLE-1, SpecInfer, SpecTr)."

  /// How the children of a node are chosen.
  public enum Candidates: String, RecipeChoice {
    case likeliest
    case withReplacement = "with-replacement"
    case withoutReplacement = "without-replacement"
    case sequential = "k-seq"

    public var documentation: String {
      switch self {
      case .likeliest: "the drafter's likeliest tokens, judged by the target alone"
      case .withReplacement: "independent draws, recursive rejection (SpecInfer); for temperatures above 0"
      case .withoutReplacement:
        "draws of what is left, recursive rejection (EAGLE-1, Sequoia); for temperatures above 0"
      case .sequential: "independent draws, K-SEQ (SpecTr); for temperatures above 0"
      }
    }

    var draw: CandidateDraw {
      switch self {
      case .likeliest: .likeliest
      case .withReplacement: .withReplacement
      case .withoutReplacement: .withoutReplacement
      case .sequential: .sequential
      }
    }
  }

  public var branches: [Int]?
  public var paths: [[Int]]?
  public var candidates = Candidates.likeliest

  /// EAGLE-1's tree.
  public init() {}

  public static var fields: [RecipeField<StaticTreeRecipe>] {
    [
      .init(
        "branches", \.branches, "Children of each node, level by level: [3, 2, 1] has 3, 6 and 6 nodes.",
        in: .between(1, 256)),
      .init(
        "paths", \.paths,
        "All nodes but the root, as Medusa writes them: [0, 2] is the third choice after the first. Unset, and branches "
          + "too: EAGLE-1's 25 nodes.", in: .between(0, 255)),
      .init("candidates", \.candidates, "How the children of a node are chosen."),
    ]
  }

  /// The shape.
  func tree() throws(InputError) -> StaticTree {
    guard branches == nil || paths == nil else {
      throw InputError(.usage, key: "paths", found: "both branches and paths", expected: "one of them")
    }
    if let branches { return try StaticTree(branches: branches) }
    guard let paths else { return .eagle }
    return try StaticTree(paths: paths)
  }
}

import ArgumentParser
import Evaluation
import Training

/// What is drafted in a cycle.
struct DraftingOptions: ParsableArguments {
  /// Kinds of trees.
  enum Tree: String, ExpressibleByArgument, CaseIterable {
    case chain, dynamic, `static`
  }

  @Option(help: "Tokens drafted in a cycle, of a chain.")
  var draftLength: Int?

  @Option(
    help:
      "Of a chain: end it behind the first token of which the drafter is less sure than this (Kangaroo: 0.6)."
  )
  var confidence: Double?

  @Option(
    help:
      "Of a chain: end it where its acceptance head says that a token is rejected with more than this probability (SpecDec++: 0.7)."
  )
  var rejection: Double?

  @Option(
    help:
      "Tokens that are drafted in any case, of a chain that may end early (default: 1; 2 with --rejection).")
  var minimumLength: Int?

  @Option(
    help: "What is drafted: a chain, a tree that grows where the drafter is confident, or one of fixed shape."
  )
  var tree: Tree?

  @Option(help: "Of a dynamic tree: nodes that are verified, the root included.")
  var nodes = DynamicTreeRecipe().nodes

  @Option(help: "Of a dynamic tree: expansions after the first level; 7 give 8 levels.")
  var depth = DynamicTreeRecipe().depth

  @Option(help: "Of a dynamic tree: tokens that a node proposes, and nodes expanded at a time.")
  var topK = DynamicTreeRecipe().topK

  @Option(
    parsing: .upToNextOption,
    help: "Of a static tree: its nodes but the root, 0-2 being the third choice after the first.",
    transform: path)
  var paths: [[Int]] = []

  @Option(
    parsing: .upToNextOption,
    help: "Of a static tree: children of a node, level by level (default: EAGLE-1's tree of 25).")
  var branches: [Int] = []

  @Option(
    help:
      "Of a static tree, how the children of a node are chosen: likeliest, with-replacement, without-replacement or k-seq.",
    transform: draw)
  var draw = StaticTreeRecipe.Candidates.likeliest

  /// Refuses what says nothing.
  func validate() throws {
    try validateStop()
    let standard = DynamicTreeRecipe()
    if tree != .dynamic, (nodes, depth, topK) != (standard.nodes, standard.depth, standard.topK) {
      throw ValidationError("--nodes, --depth and --top-k are of a dynamic tree: give --tree dynamic too.")
    }
    if tree != .static, !paths.isEmpty || !branches.isEmpty {
      throw ValidationError("--paths and --branches are of a static tree: give --tree static too.")
    }
  }

  private func validateStop() throws {
    if confidence != nil, rejection != nil {
      throw ValidationError("--confidence and --rejection are two rules; give one.")
    }
    guard let threshold = confidence ?? rejection else {
      guard minimumLength == nil else {
        throw ValidationError("--minimum-length is of a chain that may end early: --confidence 0.6, say.")
      }
      return
    }
    guard tree ?? .chain == .chain else {
      throw ValidationError("--confidence and --rejection end chains, not trees.")
    }
    guard (0...1).contains(threshold) else {
      throw ValidationError("--confidence and --rejection take a probability.")
    }
  }

  /// The rule that ends chains early; nil: none.
  private var stop: StopRecipe? {
    if let confidence {
      var recipe = ConfidenceStopRecipe()
      recipe.threshold = confidence
      if let minimumLength { recipe.minimumLength = minimumLength }
      return .confidence(recipe)
    }
    guard let rejection else { return nil }
    var recipe = RejectionStopRecipe()
    recipe.threshold = rejection
    if let minimumLength { recipe.minimumLength = minimumLength }
    return .rejection(recipe)
  }

  /// Whether a shape was asked for.
  var isGiven: Bool { tree != nil || draftLength != nil || stop != nil }

  /// The shape.
  ///
  /// - Throws: `InputError` for numbers that make no tree.
  func shape() throws -> DraftShape {
    let draftLength = draftLength ?? 4
    switch tree ?? .chain {
    case .chain:
      guard let stop else { return .chain(draftLength) }
      return .adaptive(try stop.chain(draftLength: draftLength))
    case .dynamic:
      var recipe = DynamicTreeRecipe()
      (recipe.nodes, recipe.depth, recipe.topK) = (nodes, depth, topK)
      return try TreeRecipe.dynamic(recipe).shape()
    case .static:
      var recipe = StaticTreeRecipe()
      recipe.branches = branches.isEmpty ? nil : branches
      recipe.paths = paths.isEmpty ? nil : paths
      recipe.candidates = draw
      return try TreeRecipe.static(recipe).shape()
    }
  }

  private static func path(_ text: String) throws -> [Int] {
    try text.split(separator: "-", omittingEmptySubsequences: false).map { part in
      if let number = Int(part) { return number }
      throw ValidationError("found '\(text)', expected numbers with '-' between them, as 0-2-0")
    }
  }

  private static func draw(_ name: String) throws -> StaticTreeRecipe.Candidates {
    if let draw = StaticTreeRecipe.Candidates(rawValue: name) { return draw }
    let known = StaticTreeRecipe.Candidates.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("found '\(name)', expected \(known)")
  }
}

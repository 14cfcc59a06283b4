internal import DraftData
internal import FileSystem

/// One file below `evaluations/`: the report of an evaluate stage, or of `pacer evaluate --json`.
struct EvaluationRecord: Sendable {
  /// The figures of one set of prompts.
  struct Figures: Sendable {
    let tau: Double?
    let tauInterval: ClosedRange<Double>?
    let acceptanceRate: Double?
    let memoryBoundSpeedUp: Double?
    /// Entry i: the share of accepted among the tokens at depth i + 1 before which all were accepted.
    let perDepth: [Double?]
  }

  /// An n-gram model in the drafter's place.
  struct Floor: Sendable {
    let order: Int
    let overall: Figures
    let domains: [(name: String, figures: Figures)]
  }

  let name: String
  let overall: Figures
  let domains: [(name: String, figures: Figures)]
  let speedUp: Double?
  /// Prompts whose greedy text is the target's own, that part at a tie, and that differ; nil for sampled texts.
  let greedyEqual: (equal: Int, ties: Int, different: Int)?
  let floor: Floor?
  /// How it was measured, in a line.
  let summary: String
  let trees: [SpelledTree]

  private static let largestReport = 1 << 24

  /// Reads a report, and the trees beside it if there are some.
  ///
  /// - Throws: `InputError` naming file and key of what is no report.
  init(_ name: String, in folder: RunFolder) throws {
    let path = EvaluateStage.path(name, in: folder)
    let report = try JSONNode.parse(try File.readAll(path, limit: Self.largestReport), file: path)
    self.name = name
    overall = try Figures(report)
    domains = try Self.domains(report)
    speedUp = try report.optional("speedup")?.double
    greedyEqual = try report.optional("greedy_equal").map {
      (try $0.required("equal").int, try $0.required("ties").int, try $0.required("different").int)
    }
    floor = try report.optional("floor").map {
      Floor(order: try $0.required("order").int, overall: try Figures($0), domains: try Self.domains($0))
    }
    summary = try report.required("protocol").string
    let treesPath = EvaluateStage.treesPath(name, in: folder)
    trees = Directory.kind(of: treesPath) == .file ? try SpelledTree.read(treesPath) : []
  }

  /// The names of all reports in a folder: those of the recipe's stages in their order, then any others.
  static func names(_ recipe: Recipe, in folder: RunFolder) throws -> [String] {
    guard Directory.kind(of: folder.evaluations) == .folder else { return [] }
    let ending = ".json"
    let present = try Directory.list(folder.evaluations).filter { $0.hasSuffix(ending) }.map {
      String($0.dropLast(ending.count))
    }
    let stages = recipe.stages.map(\.name).filter(present.contains)
    return stages + present.filter { !stages.contains($0) }
  }

  private static func domains(_ report: JSONNode) throws -> [(name: String, figures: Figures)] {
    try report.optional("domains")?.members.map { ($0.key, try Figures($0.node)) } ?? []
  }
}

extension EvaluationRecord.Figures {
  fileprivate init(_ node: JSONNode) throws {
    tau = try node.optional("tau")?.double
    tauInterval = try node.optional("tau_interval").map { interval in
      let ends = try interval.elements.map { try $0.double }
      guard ends.count == 2, ends[0] <= ends[1] else {
        throw interval.error(found: "\(ends.count) numbers", expected: "a lower and an upper end")
      }
      return ends[0]...ends[1]
    }
    acceptanceRate = try node.optional("acceptance_rate")?.double
    memoryBoundSpeedUp = try node.optional("mbsu")?.double
    perDepth =
      try node.optional("per_depth")?.elements.map { element in
        guard element.value != .null else { return nil }
        let share = try element.double
        guard (0...1).contains(share) else {
          throw element.error(found: "found \(share)", expected: "0 to 1")
        }
        return share
      } ?? []
  }
}
